import type { Endpoint } from '../model/endpoint.ts';
import type { Finding, Location, Undecided } from '../model/finding.ts';
import { onceFor } from '../model/once-for.ts';
import type { ResultDocument, RuleSummary, Trouble } from '../model/result.ts';
import { SEVERITIES } from '../model/rule.ts';
import { addressKey } from './address-order.ts';

type SortKey = readonly (string | number)[];

/** The same document in the one order every report uses, whatever order it came in. Nothing is dropped. */
export function inOrder(document: ResultDocument): ResultDocument {
  const addresses = new Map(document.endpoints.map((endpoint) => [doorOf(endpoint), endpoint.address]));
  // Findings of one endpoint share their location.
  const placeKey = onceFor(
    (location: Location): SortKey => [
      addressKey(addresses.get(doorOf(location)) ?? location.host ?? null),
      location.port ?? 0,
      location.url ?? '',
      location.file ?? '',
      location.line ?? 0,
      location.column ?? 0,
      location.site ?? '',
    ],
  );
  const findingKey = (finding: Finding): SortKey => [
    -SEVERITIES.indexOf(finding.severity),
    ...placeKey(finding.location),
    finding.rule,
    finding.fingerprint,
  ];
  const undecidedKey = ({ location, rule }: Undecided): SortKey => [...placeKey(location), rule];
  return {
    ...document,
    endpoints: sorted(document.endpoints, endpointKey),
    findings: sorted(document.findings, findingKey),
    coverage: { ...document.coverage, undecided: sorted(document.coverage.undecided, undecidedKey) },
    troubles: sorted(document.troubles, troubleKey),
    rules: sorted(document.rules, ruleKey),
  };
}

/** What endpoints and the locations of findings share. */
export function doorOf(place: {
  readonly site?: string;
  readonly host?: string | null;
  readonly port?: number | null;
  readonly url?: string | null;
}): string {
  return [place.site ?? '', place.host ?? '', place.port ?? '', place.url ?? ''].join('\n');
}

function endpointKey({ site, address, host, port, basePath, url }: Endpoint): SortKey {
  return [addressKey(address ?? host), port ?? 0, basePath, host ?? '', url ?? '', site ?? ''];
}

function troubleKey({ kind, where, what }: Trouble): SortKey {
  return [kind, addressKey(where), what];
}

function ruleKey({ id }: RuleSummary): SortKey {
  return [id];
}

/** Equal keys are told apart by everything else that is in them, so that no order of arrival shows. */
function sorted<T>(items: readonly T[], keyOf: (item: T) => SortKey): T[] {
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => compareKeys(a.key, b.key) || compare(JSON.stringify(a.item), JSON.stringify(b.item)))
    .map(({ item }) => item);
}

function compareKeys(a: SortKey, b: SortKey): number {
  for (let i = 0; i < a.length; i += 1) {
    const order = compare(a[i] ?? '', b[i] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** By UTF-16 code unit: the same on every machine and in every locale. */
function compare(a: string | number, b: string | number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
