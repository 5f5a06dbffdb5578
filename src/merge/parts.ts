import {
  type Coverage,
  PORT_STATES,
  type PortTally,
  type ResultDocument,
  type RunPart,
  type Trouble,
} from '../model/result.ts';
import { canonical, distinct } from './order.ts';

/** The runs a document was made of: itself, or what it was merged from. */
export function partsOf({ command, startedAt, finishedAt, site, coverage }: ResultDocument): readonly RunPart[] {
  if (coverage.parts) return coverage.parts;
  const { addresses, excludedAddresses, ports, probes, requests, connections, complete, shard } = coverage;
  const counted = { addresses, excludedAddresses, ports, probes, requests, connections, complete };
  return [
    {
      command,
      startedAt,
      finishedAt,
      ...(site === undefined ? {} : { site }),
      ...(shard === undefined ? {} : { shard }),
      ...counted,
    },
  ];
}

export function mergeParts(parts: readonly RunPart[]): RunPart[] {
  return distinct(parts).sort((a, b) => compare(a.startedAt, b.startedAt) || compare(canonical(a), canonical(b)));
}

export type Totals = Pick<
  Coverage,
  'addresses' | 'excludedAddresses' | 'ports' | 'probes' | 'requests' | 'connections' | 'complete'
>;

/** Sums over the parts; addresses of shards of one target set are the same addresses and counted once. */
export function totals(parts: readonly RunPart[]): Totals {
  const wholes = new Map(parts.map((part) => [wholeOf(part), part]));
  const sum = (of: (part: RunPart) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return {
    addresses: [...wholes.values()].reduce((total, { addresses }) => total + addresses, 0),
    excludedAddresses: [...wholes.values()].reduce((total, { excludedAddresses }) => total + excludedAddresses, 0),
    ports: [...new Set(parts.flatMap(({ ports }) => ports))].sort((a, b) => a - b),
    probes: Object.fromEntries(PORT_STATES.map((state) => [state, sum(({ probes }) => probes[state])])) as PortTally,
    requests: sum(({ requests }) => requests),
    connections: sum(({ connections }) => connections),
    complete: parts.every(({ complete }) => complete) && missingShards(parts).length === 0,
  };
}

export const MISSING_SHARD = 'missing-shard';

/** Shards of a target set that no part did: what they would have found is not known. */
export function missingShards(parts: readonly RunPart[]): Trouble[] {
  const sweeps = new Map<string, RunPart[]>();
  for (const part of parts) {
    if (part.shard) sweeps.set(sweepOf(part), [...(sweeps.get(sweepOf(part)) ?? []), part]);
  }
  return [...sweeps.values()].flatMap((same): Trouble[] => {
    const { count = 0, scope = '' } = same[0]?.shard ?? {};
    const done = new Set(same.map(({ shard }) => shard?.index));
    const missing = Array.from({ length: count }, (_, i) => i + 1).filter((index) => !done.has(index));
    if (missing.length === 0) return [];
    const where = [same[0]?.site, `targets ${scope.slice(0, 12)}`].filter(Boolean).join(', ');
    return [{ kind: MISSING_SHARD, where, what: `${listed(missing)} of ${count} not among what was merged` }];
  });
}

/** `shards 2 and 5`, shortened where there are many. */
function listed(indexes: readonly number[]): string {
  const shown = indexes.slice(0, 8).join(', ');
  return `shard${indexes.length > 1 ? 's' : ''} ${shown}${indexes.length > 8 ? ` and ${indexes.length - 8} more` : ''}`;
}

/** Parts that looked at the same addresses. */
function wholeOf(part: RunPart): string {
  return part.shard ? sweepOf(part) : canonical(part);
}

function sweepOf({ site, shard }: RunPart): string {
  return [site ?? '', shard?.scope, shard?.count].join('\n');
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
