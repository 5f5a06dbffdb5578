import { UsageError } from '../model/trouble.ts';
import { expand, type Interval, merged } from './intervals.ts';
import { quote } from './quote.ts';

export const HIGHEST_PORT = 65_535;

/** Where web front ends stand, whatever they front. Part of the default. */
export const WEB_PORTS: readonly number[] = [80, 443, 8443];

const PORT = '(?:[1-9][0-9]{0,4})';
const RANGE = new RegExp(`^(${PORT})(?:-(${PORT}))?$`);

/**
 * Ports of a `--ports` value: numbers, ranges and groups, as in `11434,8000-8100,@llm`. `@all` is the group `all`
 * when there is one, otherwise every group together. Null stands for the default: `@all` and the web ports.
 *
 * @returns ascending, each port once.
 * @throws UsageError naming the part that is wrong; an unknown group lists the known ones.
 */
export function parsePorts(
  text: string | null,
  groups: ReadonlyMap<string, readonly number[]>,
  where = '--ports',
): number[] {
  if (text === null) return ascending([...everyGroup(groups), ...WEB_PORTS]);
  const intervals: Interval[] = [];
  for (const part of text.split(',').map((entry) => entry.trim())) {
    if (part.startsWith('@'))
      intervals.push(...groupOf(part, groups, where).map((port) => ({ first: port, last: port })));
    else intervals.push(rangeOf(part, where));
  }
  return expand(merged(intervals));
}

/** Ports behind a target (`:80,8000-8100`): numbers and ranges only, merged. Null when the text is not that. */
export function parsePortRanges(text: string): Interval[] | null {
  const intervals = text.split(',').map(readRange);
  return intervals.every((interval) => interval !== null) ? merged(intervals) : null;
}

function readRange(part: string): Interval | null {
  const match = RANGE.exec(part);
  if (!match) return null;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first <= last && last <= HIGHEST_PORT ? { first, last } : null;
}

function rangeOf(part: string, where: string): Interval {
  const interval = readRange(part);
  if (interval) return interval;
  throw new UsageError(
    `${where}: ${quote(part)} is not a port: expected a number from 1 to ${HIGHEST_PORT}, a range such as 8000-8100, or a group such as @llm`,
  );
}

function groupOf(part: string, groups: ReadonlyMap<string, readonly number[]>, where: string): readonly number[] {
  const name = part.slice(1).toLowerCase();
  if (name === 'all') return everyGroup(groups);
  const ports = groups.get(name);
  if (ports) return ports;
  const known = ['all', ...groups.keys()].filter((group, i, all) => all.indexOf(group) === i).sort();
  throw new UsageError(
    `${where}: ${quote(part)} is not a group of ports: expected one of ${known.map((group) => `@${group}`).join(', ')}`,
  );
}

function everyGroup(groups: ReadonlyMap<string, readonly number[]>): readonly number[] {
  return groups.get('all') ?? [...groups.values()].flat();
}

function ascending(ports: readonly number[]): number[] {
  return [...new Set(ports)].sort((a, b) => a - b);
}
