import { formatAddress, type Point, parseAddress } from './address.ts';
import type { TargetExpression, UrlExpression } from './expression.ts';
import { expand, type Interval, merged } from './intervals.ts';
import { type Refusal, verdictAt } from './ruling.ts';
import { type Candidate, describeRefusal, type Scope } from './scope.ts';

/** An address that a name resolved to and that may not be dialled. */
export interface RefusedAddress {
  readonly host: string;
  readonly address: string;
  readonly reason: Refusal;
  /** Why, as a sentence. */
  readonly detail: string;
}

interface NamedRow {
  readonly name: string;
  readonly point: Point;
  readonly ports: readonly number[];
}

/** Targets that are not a plain address on a port: names, and URLs with what they add. */
export interface NamedPlaces {
  readonly rows: readonly NamedRow[];
  readonly urls: readonly Candidate[];
  readonly refused: readonly RefusedAddress[];
  readonly unresolved: readonly string[];
  /** Every address that occurred, in scope or not. */
  readonly points: readonly Point[];
}

interface Surroundings {
  /** Ports of names that were given without. */
  readonly usual: readonly Interval[];
  readonly scope: Scope;
  readonly resolved: ReadonlyMap<string, readonly string[]>;
  /** Whether the plain address is already tried on the port. */
  readonly covered: (point: Point, port: number) => boolean;
}

/** Sorted by host, address, port, scheme and base path, whatever the order of the expressions and of DNS answers. */
export function namedPlaces(
  expressions: readonly TargetExpression[],
  { usual, scope, resolved, covered }: Surroundings,
): NamedPlaces {
  const refused = new Map<string, RefusedAddress>();
  const unresolved = new Set<string>();
  const points: Point[] = [];

  function admittedPoints(host: string, known: Point | null): Point[] {
    const found = known ? [known] : (resolved.get(host) ?? []).map(parseAddress).filter((point) => point !== null);
    if (found.length === 0) unresolved.add(host);
    points.push(...found);
    return found.filter((point) => {
      const verdict = scope.excludesName(host) ? 'excluded' : verdictAt(scope.ruling(point.page), point.offset);
      if (verdict === 'admitted') return true;
      const address = formatAddress(point.page, point.offset);
      refused.set(placeKey(host, point), { host, address, reason: verdict, detail: describeRefusal(verdict, point) });
      return false;
    });
  }

  const names = expressions.filter((expression) => expression.kind === 'name');
  const rows = new Map<
    string,
    { readonly name: string; readonly point: Point; readonly lists: (readonly Interval[])[] }
  >();
  for (const { name, pinned, ports } of names) {
    for (const point of admittedPoints(name, pinned)) {
      const row = rows.get(placeKey(name, point)) ?? { name, point, lists: [] };
      row.lists.push(ports ?? usual);
      rows.set(placeKey(name, point), row);
    }
  }
  const numbersOf = portNumbers();
  const named = inOrder(rows).map(({ name, point, lists }) => ({ name, point, ports: numbersOf(lists) }));
  const portsOfRow = new Map(named.map(({ name, point, ports }) => [placeKey(name, point), ports]));

  const urls = new Map<string, Candidate>();
  for (const url of expressions.filter((expression) => expression.kind === 'url')) {
    for (const point of admittedPoints(url.host, url.point)) {
      const place = placeKey(url.host, point);
      const again = url.point ? covered(point, url.port) : portsOfRow.get(place)?.includes(url.port);
      if (again && url.basePath === '') continue;
      urls.set(`${place} ${String(url.port).padStart(5, '0')} ${url.scheme} ${url.basePath}`, candidateOf(url, point));
    }
  }
  return { rows: named, urls: inOrder(urls), refused: inOrder(refused), unresolved: [...unresolved].sort(), points };
}

function candidateOf({ host, port, scheme, basePath }: UrlExpression, address: Point): Candidate {
  return { host, address, port, scheme, basePath };
}

/** Sorts by host, then by number. */
function placeKey(host: string, { page, offset }: Point): string {
  return `${host} ${page.key} ${offset.toString(16).padStart(8, '0')}`;
}

function inOrder<T>(map: ReadonlyMap<string, T>): T[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

/** One array for each different list of ports: thousands of names usually share one. */
function portNumbers(): (lists: readonly (readonly Interval[])[]) => readonly number[] {
  const known = new Map<string, readonly number[]>();
  return (lists) => {
    const intervals = merged(lists.flat());
    const key = intervals.map(({ first, last }) => `${first}-${last}`).join();
    const numbers = known.get(key) ?? expand(intervals);
    known.set(key, numbers);
    return numbers;
  };
}
