import type { Expectation } from '../model/expectation.ts';
import type { Finding } from '../model/finding.ts';
import type { ResultDocument } from '../model/result.ts';
import { placeOf } from './place.ts';

/** One row of a verification. */
export interface ExpectationView {
  readonly expectation: Expectation;
  readonly place: string;
  /** What the rules made of it; null where it came out as expected. */
  readonly finding: Finding | null;
}

/** Rows in the order in which they were tried, each with its finding. */
export function expectationsOf({ expectations = [], findings }: ResultDocument): ExpectationView[] {
  const byRow = new Map<string, Finding>();
  for (const finding of findings) {
    const { host, port } = finding.location;
    const [seen] = finding.evidence;
    if (seen) byRow.set([host, port, seen.request, seen.shows].join('\n'), finding);
  }
  return expectations.map((expectation) => {
    const { host, port, url, request, sent, got, verdict } = expectation;
    const finding = verdict === 'broken' ? byRow.get([host, port, request, `${sent}: ${got}`].join('\n')) : undefined;
    return { expectation, place: placeOf({ kind: 'endpoint', host, port, url }), finding: finding ?? null };
  });
}
