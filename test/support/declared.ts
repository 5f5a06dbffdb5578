import assert from 'node:assert/strict';
import type { ReceivedRequest } from '../../fixtures/lab/stand-in.ts';
import { firstLeads, neverEntries } from '../../src/catalogue/check.ts';
import { type RequestListing, requestListing } from '../../src/catalogue/requests.ts';
import type { Catalogue } from '../../src/model/service.ts';

/** Sent with every request, whatever the catalogue says. */
const STANDARD = ['host', 'user-agent', 'accept', 'accept-encoding', 'connection', 'content-length', 'content-type'];

/**
 * Holds what a server received against `postern rules requests`, word for word: method, path with query, body and
 * every header that is not standard. Nothing else may ever arrive.
 */
export function assertDeclared(
  received: readonly ReceivedRequest[],
  catalogue: Catalogue,
  mounts: readonly string[] = [],
): void {
  const listing = listingOf(catalogue);
  const prefixes = ['', ...mounts, ...catalogue.services.flatMap((service) => service.mounts)];
  for (const request of received) {
    const known = listing.some((entry) => prefixes.some((prefix) => same(request, entry, prefix)));
    assert.ok(
      known,
      `not declared: ${request.method} ${request.path} ${JSON.stringify(request.headers)} ${request.body}`,
    );
  }
}

/** Worked out once for a catalogue: some tests ask for hundreds of servers. */
function once<T>(work: (catalogue: Catalogue) => T): (catalogue: Catalogue) => T {
  const known = new WeakMap<Catalogue, T>();
  return (catalogue) => {
    const result = known.get(catalogue) ?? work(catalogue);
    known.set(catalogue, result);
    return result;
  };
}

const listingOf = once(requestListing);
const forbiddenBy = once(({ services }) => neverEntries(services));

function same(request: ReceivedRequest, entry: RequestListing, prefix: string): boolean {
  if (request.method !== entry.method || request.body !== (entry.body ?? '')) return false;
  const path = entry.kind === 'control' ? /^\/postern-[0-9a-f]{16}$/ : null;
  const asked = request.path.startsWith(prefix) ? request.path.slice(prefix.length) : null;
  if (asked === null || !(path ? path.test(asked) : asked === entry.path)) return false;
  const extra = Object.entries(request.headers).filter(([name]) => !STANDARD.includes(name) || name in entry.headers);
  return (
    extra.every(([name, value]) => entry.headers[name] === value || name === 'mcp-session-id') &&
    Object.entries(entry.headers).every(([name, value]) => request.headers[name] === value)
  );
}

/**
 * What was read must be on the never-list of no service but those already ruled out, that is: asked for their first
 * sign before. A POST is only ever sent to a service that has shown its sign, so its own list counts for it.
 */
export function assertNothingForbidden(
  received: readonly ReceivedRequest[],
  catalogue: Catalogue,
  identified: string | null,
): void {
  const entries = forbiddenBy(catalogue);
  for (const [index, request] of received.entries()) {
    const spec = { kind: 'read', method: request.method, path: request.path, headers: {}, read: 'body' } as never;
    for (const entry of entries.filter((candidate) => candidate.matches(spec))) {
      const forbidden = `${request.method} ${request.path} is forbidden by ${entry.service}`;
      assert.notEqual(entry.service, identified, forbidden);
      if (request.method === 'POST' || identified !== null) continue;
      const service = catalogue.services.find(({ id }) => id === entry.service);
      const leads = service ? firstLeads(service) : [];
      const before = received.slice(0, index);
      const ruledOut = leads.every((lead) => before.some(({ path }) => path.endsWith(lead.path)));
      assert.ok(leads.length > 0 && ruledOut, forbidden);
    }
  }
}
