import { type Change, DIFF_SCHEMA, type DiffDocument, type KnownFinding, type RunReference } from '../model/diff.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Finding } from '../model/finding.ts';
import type { ResultDocument } from '../model/result.ts';
import { endpointChanges, findingChanges } from './changes.ts';
import { fateOfDoor, fateOfFinding } from './fate.ts';
import { type Known, NOTHING_KNOWN, remember } from './known.ts';
import { placeKey, placesOf } from './places.ts';

/** What changed from one run to the next; `earlier`: what runs before `old` left known. Pure, and sorted like `now`. */
export function diffRuns(old: ResultDocument, now: ResultDocument, earlier: Known = NOTHING_KNOWN): DiffDocument {
  return { schema: DIFF_SCHEMA, old: referenceTo(old), ...diffKnown(remember(earlier, old), now) };
}

/** What changed against all that is known; where nothing is known, everything appeared. */
export function diffKnown(known: Known, now: ResultDocument): Omit<DiffDocument, 'schema' | 'old'> {
  return { new: referenceTo(now), findings: diffFindings(known, now), endpoints: diffEndpoints(known, now) };
}

function diffFindings(known: Known, now: ResultDocument): DiffDocument['findings'] {
  const places = placesOf(now);
  const present = new Set(now.findings.map(({ fingerprint }) => fingerprint));
  const appeared: Finding[] = [];
  const persisted: (ReturnType<typeof reference> & { changes: Change[] })[] = [];
  for (const finding of now.findings) {
    const before = known.findings.get(finding.fingerprint);
    if (before === undefined) appeared.push(finding);
    else {
      const since = { finding, firstSeen: before.firstSeen, lastSeen: now.finishedAt };
      persisted.push({ ...since, changes: findingChanges(before.finding, finding) });
    }
  }
  const fixed: DiffDocument['findings']['fixed'][number][] = [];
  const unseen: DiffDocument['findings']['unseen'][number][] = [];
  for (const [fingerprint, item] of known.findings) {
    if (present.has(fingerprint)) continue;
    const fate = fateOfFinding(item, now, places);
    if (fate.kind === 'fixed') fixed.push({ ...reference(item), how: fate.how });
    else unseen.push({ ...reference(item), why: fate.why });
  }
  return { appeared, fixed, persisted, unseen };
}

/** Endpoints on which no service was ever recognised are left out. */
function diffEndpoints(known: Known, now: ResultDocument): DiffDocument['endpoints'] {
  const places = placesOf(now);
  const appeared = now.endpoints.filter(
    (endpoint) => endpoint.service !== null && !known.endpoints.has(placeKey(endpoint)),
  );
  const closed: { endpoint: Endpoint; how: string }[] = [];
  const changed: { endpoint: Endpoint; changes: Change[] }[] = [];
  const unseen: { endpoint: Endpoint; why: string }[] = [];
  for (const before of known.endpoints.values()) {
    const after = places.counterpart(before);
    if (before.service === null && (after?.service ?? null) === null) continue;
    if (after !== null) {
      const changes = endpointChanges(before, after);
      if (changes.length > 0) changed.push({ endpoint: after, changes });
      continue;
    }
    const fate = fateOfDoor(before, now, places);
    if (fate.kind === 'fixed') closed.push({ endpoint: before, how: fate.how });
    else unseen.push({ endpoint: before, why: fate.why });
  }
  return { appeared, closed, changed, unseen };
}

function reference({ finding, firstSeen, lastSeen }: KnownFinding) {
  return { finding, firstSeen, lastSeen };
}

export function referenceTo({ command, startedAt, finishedAt, coverage }: ResultDocument): RunReference {
  return { command, startedAt, finishedAt, complete: coverage.complete };
}
