import { groupBy } from '../../../model/group-by.ts';
import type { Collector } from '../../deployment/collector.ts';
import type { Gate, Publication } from '../../deployment/declarations.ts';
import { covers } from '../../deployment/doors.ts';
import { known } from '../../deployment/value.ts';
import { OPEN } from '../../gates/gate.ts';
import type { Block, Hcl } from './hcl.ts';
import type { Opening } from './openings.ts';
import { Surroundings, type Walls } from './walls.ts';

/** What a machine runs at its first start: places in the lists of a collector. */
export interface Machine {
  readonly block: Block;
  readonly processes: readonly [from: number, to: number];
  readonly publications: readonly [from: number, to: number];
}

/**
 * Holds what machines run against the security groups and firewalls around them. A port that none of them opens to the
 * world is behind a list of addresses. Answers with the blocks whose openings lead to such machines.
 */
export function behindGroups(
  machines: readonly Machine[],
  blocks: readonly Block[],
  openings: readonly Opening[],
  hcl: Hcl,
  out: Collector,
): ReadonlySet<Block> {
  const led = new Set<Block>();
  const surroundings = new Surroundings(blocks, hcl);
  const places = new Map(openings.map((opening, place) => [opening, place]));
  const byBlock = groupBy(openings, ({ block }) => block);
  const openIn = new Map<Walls, readonly Opening[]>();
  const openingsOf = ({ rules }: Walls): readonly Opening[] => {
    const open = [...rules].flatMap((block) => byBlock.get(block) ?? []);
    for (const { block } of open) led.add(block);
    return open.sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
  };
  for (const machine of machines) {
    if (machine.processes[0] === machine.processes[1]) continue;
    const walls = surroundings.around(machine.block);
    if (!walls) continue;
    const { groups } = walls;
    const open = openIn.get(walls) ?? openingsOf(walls);
    openIn.set(walls, open);
    for (let at = machine.publications[0]; at < machine.publications[1]; at += 1) {
      const publication = out.publications[at];
      if (publication && publication.gate.state === 'off')
        out.publications[at] = { ...publication, gate: gateTo(publication, open, groups) };
    }
    for (let at = machine.processes[0]; at < machine.processes[1]; at += 1) {
      const process = out.processes[at];
      // Which port it listens on is not known yet.
      if (process && !process.filtered)
        out.processes[at] = { ...process, filtered: open.length > 0 ? through(open) : closedBy(groups) };
    }
  }
  return led;
}

/** What is told of each of many. */
const MOST_REASONS = 3;

function gateTo({ hostPort }: Publication, open: readonly Opening[], groups: readonly Block[]): Gate {
  const port = known(hostPort);
  const leading = open.filter((one) => {
    const range = known(one.port);
    return port === undefined || range === undefined || covers(range, port);
  });
  return leading.length > 0 ? through(leading) : closedBy(groups);
}

function through(open: readonly Opening[]): Gate {
  return { ...OPEN, because: open.slice(0, MOST_REASONS).map(({ span }) => ({ span, text: 'is open to everybody' })) };
}

function closedBy(groups: readonly Block[]): Gate {
  const because = groups.slice(0, MOST_REASONS).map(({ span }) => ({
    span,
    text: 'what stands around the machine opens it to certain addresses at most',
  }));
  return { state: 'on', kinds: ['allow-list'], because };
}
