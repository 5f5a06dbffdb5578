import type { Finding, Undecided } from '../model/finding.ts';
import type { Coverage, ResultDocument, RuleSummary } from '../model/result.ts';
import type { TlsEndpoint } from '../model/tls.ts';
import { certificateRecords, inTlsOrder, type Sighting } from '../relate/tls.ts';
import { canonical, distinct } from './order.ts';
import { MISSING_SHARD, mergeParts, missingShards, partsOf, totals } from './parts.ts';
import { mergePlaces, type Places } from './places.ts';

/**
 * One document of several: shards of a sweep, sites, runs at different times. The order and grouping of what is merged
 * make no difference, and merging a thing twice changes nothing. Of a place that several runs saw, the latest sight
 * counts and says what the others saw. What lies between places is left out: the caller relates anew.
 */
export function mergeDocuments(documents: readonly ResultDocument[]): ResultDocument {
  const newest = [...documents].sort(
    (a, b) => compare(b.finishedAt, a.finishedAt) || compare(canonical(a.tool), canonical(b.tool)),
  )[0];
  if (newest === undefined) throw new RangeError('nothing to merge');
  const places = mergePlaces(documents);
  const tls = mergeTls(documents);
  const certificates = certificateRecords(documents.flatMap((document) => sightings(document, places)));
  const parts = mergeParts(documents.flatMap(partsOf));
  const sites = new Set(parts.map(({ site }) => site));
  const [site] = sites;
  const between = relationRules(documents);
  return {
    schema: newest.schema,
    tool: newest.tool,
    command: [...new Set(parts.map(({ command }) => command))].sort().join('+'),
    ...(sites.size === 1 && site !== undefined ? { site } : {}),
    startedAt: earliest(parts.map(({ startedAt }) => startedAt)),
    finishedAt: newest.finishedAt,
    endpoints: places.endpoints,
    findings: mergeFindings(documents, places, between),
    coverage: {
      ...totals(parts),
      ...ranges(documents),
      ...speech(places, tls),
      undecided: distinct(
        documents.flatMap((document) =>
          document.coverage.undecided.filter(({ location }: Undecided) => places.latest(document, location)),
        ),
      ),
      ...watched(documents),
      parts,
    },
    troubles: [
      ...distinct(documents.flatMap(({ troubles }) => troubles.filter(({ kind }) => kind !== MISSING_SHARD))),
      ...missingShards(parts),
    ],
    rules: mergeRules(documents),
    ...(documents.some((document) => document.tls) ? { tls } : {}),
    ...(documents.some((document) => document.certificates) ? { certificates } : {}),
  };
}

/** Nothing where a part does not say what it swept: the others would pass for all of it. */
function ranges(documents: readonly ResultDocument[]): Pick<Coverage, 'ranges'> {
  const all = documents.map(({ coverage }) => coverage.ranges);
  if (all.includes(undefined)) return {};
  const union = distinct(all.flatMap((part) => part ?? []));
  return { ranges: union };
}

function mergeFindings(
  documents: readonly ResultDocument[],
  places: Places,
  between: ReadonlySet<string>,
): readonly Finding[] {
  const findings = documents.flatMap((document) =>
    document.findings.filter(({ rule, location }) => !between.has(rule) && places.latest(document, location)),
  );
  return [...new Map(distinct(findings).map((finding) => [finding.fingerprint, finding])).values()];
}

function mergeTls(documents: readonly ResultDocument[]): readonly TlsEndpoint[] {
  const latest = new Map<string, TlsEndpoint>();
  for (const { tls = [], finishedAt } of documents) {
    for (const endpoint of tls) {
      const seen = { ...endpoint, seenAt: endpoint.seenAt ?? finishedAt };
      const key = [seen.site, seen.origin, seen.address, seen.port, seen.host, seen.serverName].join('\n');
      const known = latest.get(key);
      if (known === undefined || newer(seen, known)) latest.set(key, seen);
    }
  }
  return inTlsOrder([...latest.values()]);
}

function newer(one: TlsEndpoint, other: TlsEndpoint): boolean {
  return (compare(one.seenAt ?? '', other.seenAt ?? '') || compare(canonical(one), canonical(other))) > 0;
}

/** A certificate is where the latest look at a place found it; one read from a file has no place. */
function sightings(document: ResultDocument, places: Places): Sighting[] {
  return (document.certificates ?? []).flatMap(({ places: seen, files, ...certificate }): Sighting[] => [
    ...seen
      .filter(({ site, host, port }) =>
        places.latest(document, { kind: 'endpoint', ...(site === undefined ? {} : { site }), host, port }),
      )
      .map((place) => ({ certificate, role: certificate.role, place, file: null })),
    ...files.map((file) => ({ certificate, role: certificate.role, place: null, file })),
  ]);
}

function relationRules(documents: readonly ResultDocument[]): ReadonlySet<string> {
  return new Set(
    documents.flatMap(({ rules }) => rules.filter(({ subject }) => subject === 'relation').map(({ id }) => id)),
  );
}

function mergeRules(documents: readonly ResultDocument[]): RuleSummary[] {
  const rules = new Map(distinct(documents.flatMap((document) => document.rules)).map((rule) => [rule.id, rule]));
  return [...rules.values()].sort((a, b) => compare(a.id, b.id));
}

function speech({ endpoints }: Places, tls: readonly TlsEndpoint[]): Pick<Coverage, 'http' | 'other' | 'silent'> {
  const asked = new Set(endpoints.map(({ site, address, port }) => [site, address, port].join('\n')));
  const onlyTls = tls.filter(
    ({ site, address, port, speech: spoken }) => spoken !== 'tls' && !asked.has([site, address, port].join('\n')),
  );
  const speaking = (kind: string): number => endpoints.filter((endpoint) => endpoint.speech === kind).length;
  return { http: speaking('http'), other: speaking('other') + onlyTls.length, silent: speaking('silent') };
}

function watched(documents: readonly ResultDocument[]): Pick<Coverage, 'watched'> {
  const all = documents.flatMap(({ coverage }) => coverage.watched ?? []);
  return all.length === 0 ? {} : { watched: distinct(all) };
}

function earliest(times: readonly string[]): string {
  return [...times].sort()[0] ?? '';
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
