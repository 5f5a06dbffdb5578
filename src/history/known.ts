import type { KnownFinding } from '../model/diff.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { ResultDocument } from '../model/result.ts';
import { fateOfDoor, fateOfFinding } from './fate.ts';
import { placeKey, placesOf } from './places.ts';

/** All that runs up to now have left: what is neither fixed nor closed, seen in the last of them or not. */
export interface Known {
  /** By fingerprint. */
  readonly findings: ReadonlyMap<string, KnownFinding>;
  /** By place. */
  readonly endpoints: ReadonlyMap<string, Endpoint>;
}

export const NOTHING_KNOWN: Known = { findings: new Map(), endpoints: new Map() };

/**
 * One run more. What it did not look at stays known, so that a host that was off for a night is neither fixed that
 * night nor new the next.
 */
export function remember(known: Known, document: ResultDocument): Known {
  const places = placesOf(document);
  const findings = new Map<string, KnownFinding>();
  for (const [fingerprint, item] of known.findings) {
    if (fateOfFinding(item, document, places).kind === 'unseen') findings.set(fingerprint, item);
  }
  for (const finding of document.findings) {
    const before = known.findings.get(finding.fingerprint);
    findings.set(finding.fingerprint, {
      finding,
      endpoint: places.endpointOf(finding),
      command: document.command,
      firstSeen: before?.firstSeen ?? finding.firstSeen ?? document.startedAt,
      lastSeen: document.finishedAt,
    });
  }
  const endpoints = new Map<string, Endpoint>();
  for (const [key, endpoint] of known.endpoints) {
    if (places.counterpart(endpoint) === null && fateOfDoor(endpoint, document, places).kind === 'unseen') {
      endpoints.set(key, endpoint);
    }
  }
  for (const endpoint of document.endpoints) endpoints.set(placeKey(endpoint), endpoint);
  return { findings, endpoints };
}

/** `address:port` of every door that a run should say something about, whatever it finds. */
export function doorsToWatch({ endpoints }: Known): Set<string> {
  return new Set([...endpoints.values()].map(({ address, port }) => `${address}:${port}`));
}

/** The same run with the time since when each of its findings is known. */
export function withFirstSeen(document: ResultDocument, known: Known): ResultDocument {
  const findings = document.findings.map((finding) => ({
    ...finding,
    firstSeen: known.findings.get(finding.fingerprint)?.firstSeen ?? document.startedAt,
  }));
  return { ...document, findings };
}
