import type { DeclaredRequest, RequestSpec } from '../model/exchange.ts';

/*
 * Never-lists name operations that change state, run inference or attach to something.
 * An entry without a query forbids the path with any query; `*` stands for any run of characters.
 */

export interface NeverEntry {
  readonly service: string;
  readonly entry: string;
  matches(request: RequestSpec): boolean;
}

/** Compiles one `METHOD /path` entry. */
export function neverEntry(service: string, entry: string): NeverEntry {
  const space = entry.indexOf(' ');
  const method = entry.slice(0, space);
  const path = normalise(entry.slice(space + 1));
  const hasQuery = path.includes('?');
  const pieces = path.split('*');

  return {
    service,
    entry,
    matches(request) {
      // A gate probe is refused before it reaches the operation; only an explicit entry for its method forbids it.
      if (method !== '*' && method !== request.method && !(method === 'GET' && request.method === 'HEAD')) return false;
      const asked = normalise(request.path);
      return wildcard(pieces, hasQuery ? asked : (asked.split('?')[0] ?? asked));
    },
  };
}

function normalise(path: string): string {
  const [bare = '', ...query] = path.split('?');
  const trimmed = bare.length > 1 ? bare.replace(/\/+$/, '') : bare;
  return [trimmed || '/', ...query].join('?').toLowerCase();
}

function wildcard(pieces: readonly string[], text: string): boolean {
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (pieces.length === 1) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let from = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const at = text.indexOf(piece, from);
    if (at < 0 || at + piece.length > text.length - last.length) return false;
    from = at + piece.length;
  }
  return true;
}

/** The first entry that forbids the request, or null. */
export function forbidden(request: RequestSpec, entries: readonly NeverEntry[]): NeverEntry | null {
  return entries.find((entry) => entry.matches(request)) ?? null;
}

/** Ids of the services whose never-lists hold a request; looked up once for each distinct request. */
export type NeverIndex = (request: DeclaredRequest) => readonly string[];

export function neverIndex(entries: readonly NeverEntry[]): NeverIndex {
  const known = new Map<string, readonly string[]>();
  return (request) => {
    const found = known.get(request.key) ?? [
      ...new Set(entries.filter((entry) => entry.matches(request)).map(({ service }) => service)),
    ];
    known.set(request.key, found);
    return found;
  };
}
