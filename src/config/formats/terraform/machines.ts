import type { Collector } from '../../deployment/collector.ts';
import type { Gate, Publication } from '../../deployment/declarations.ts';
import { covers } from '../../deployment/doors.ts';
import { known } from '../../deployment/value.ts';
import { OPEN } from '../../gates/gate.ts';
import type { Block, Hcl } from './hcl.ts';
import type { Opening } from './openings.ts';

/** What a machine runs at its first start: places in the lists of a collector. */
export interface Machine {
  readonly block: Block;
  readonly processes: readonly [from: number, to: number];
  readonly publications: readonly [from: number, to: number];
}

const GROUP = /^aws_security_group\.([\w-]+)\.(?:id|name)$/;

/**
 * Holds what machines run against the security groups they are in. A port that no group opens to the world is behind a
 * list of addresses. Answers with the blocks whose openings lead to such machines.
 */
export function behindGroups(
  machines: readonly Machine[],
  blocks: readonly Block[],
  openings: readonly Opening[],
  hcl: Hcl,
  out: Collector,
): ReadonlySet<Block> {
  const led = new Set<Block>();
  for (const machine of machines) {
    if (machine.processes[0] === machine.processes[1]) continue;
    const groups = groupsOf(machine.block, blocks, hcl);
    if (!groups) continue;
    const rules = new Set([
      ...groups,
      ...blocks.filter((block) => groups.some((group) => isRuleOf(block, group, hcl))),
    ]);
    const open = openings.filter(({ block }) => rules.has(block));
    for (const { block } of open) led.add(block);
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

/** Null: some group is not in this file, or its rules are not. */
function groupsOf(machine: Block, blocks: readonly Block[], hcl: Hcl): readonly Block[] | null {
  const stretch = machine.attributes.get('vpc_security_group_ids') ?? machine.attributes.get('security_groups');
  if (!stretch) return null;
  const groups = hcl.elements(stretch).map(({ from, to }) => {
    const [, label] = GROUP.exec(hcl.source.text.slice(from, to).trim()) ?? [];
    const group = blocks.find(({ labels }) => labels[0] === 'aws_security_group' && labels[1] === label);
    const told =
      group?.blocks.some(({ type }) => type === 'ingress') || blocks.some((one) => isRuleOf(one, group, hcl));
    return told ? group : undefined;
  });
  const found = groups.flatMap((group) => group ?? []);
  return found.length > 0 && found.length === groups.length ? found : null;
}

function isRuleOf({ labels, attributes }: Block, group: Block | undefined, hcl: Hcl): boolean {
  if (!group || !/^aws_(security_group_rule|vpc_security_group_ingress_rule)$/.test(labels[0] ?? '')) return false;
  const of = attributes.get('security_group_id');
  return of !== undefined && GROUP.exec(hcl.source.text.slice(of.from, of.to).trim())?.[1] === group.labels[1];
}

function gateTo({ hostPort }: Publication, open: readonly Opening[], groups: readonly Block[]): Gate {
  const port = known(hostPort);
  const leading = open.filter((one) => {
    const range = known(one.port);
    return port === undefined || range === undefined || covers(range, port);
  });
  return leading.length > 0 ? through(leading) : closedBy(groups);
}

function through(open: readonly Opening[]): Gate {
  return { ...OPEN, because: open.slice(0, 3).map(({ span }) => ({ span, text: 'is open to everybody' })) };
}

function closedBy(groups: readonly Block[]): Gate {
  const because = groups.map(({ span }) => ({
    span,
    text: 'the security group opens it to certain addresses at most',
  }));
  return { state: 'on', kinds: ['allow-list'], because };
}
