import type { Finding, Location } from '../model/finding.ts';
import type { ResultDocument } from '../model/result.ts';
import { sha256 } from '../model/sha256.ts';

/**
 * Labels everything of a result with where it was looked at from. Fingerprints get the site too: 10.0.0.5 of two sites
 * are two machines.
 */
export function atSite(document: ResultDocument, site: string): ResultDocument {
  const located = (location: Location): Location => ({ ...location, site });
  const found = (finding: Finding): Finding => ({
    ...finding,
    location: located(finding.location),
    related: finding.related.map(located),
    fingerprint: sha256(`${finding.fingerprint}\n${site}`),
  });
  const { tls, certificates, coverage } = document;
  return {
    ...document,
    site,
    endpoints: document.endpoints.map((endpoint) => ({ ...endpoint, site })),
    findings: document.findings.map(found),
    coverage: {
      ...coverage,
      undecided: coverage.undecided.map((undecided) => ({ ...undecided, location: located(undecided.location) })),
    },
    ...(tls ? { tls: tls.map((endpoint) => ({ ...endpoint, site })) } : {}),
    ...(certificates
      ? {
          certificates: certificates.map((record) => ({
            ...record,
            places: record.places.map((place) => ({ ...place, site })),
          })),
        }
      : {}),
  };
}
