import type { CertificateSummary } from '../model/exchange.ts';
import type { EndpointView } from './view.ts';

/** One certificate with every place that showed it. */
export interface CertificateView {
  readonly certificate: CertificateSummary;
  /** In the order of the endpoints; never empty, each once. */
  readonly places: readonly string[];
}

/** Certificates of a run, the one that ends first in front; those whose end is no date are left out. */
export function certificatesOf(endpoints: readonly EndpointView[]): CertificateView[] {
  const places = new Map<string, { certificate: CertificateSummary; places: Set<string> }>();
  for (const { endpoint, place } of endpoints) {
    const certificate = endpoint.tls?.certificate;
    if (!certificate || !isDate(certificate.notAfter)) continue;
    const entry = places.get(certificate.fingerprint) ?? { certificate, places: new Set() };
    entry.places.add(place);
    places.set(certificate.fingerprint, entry);
  }
  return [...places.values()]
    .map((entry) => ({ certificate: entry.certificate, places: [...entry.places] }))
    .sort((a, b) => compare(a, b));
}

function compare({ certificate: a }: CertificateView, { certificate: b }: CertificateView): number {
  const order = Date.parse(a.notAfter) - Date.parse(b.notAfter);
  if (order !== 0) return order;
  return a.fingerprint < b.fingerprint ? -1 : 1;
}

function isDate(text: string): boolean {
  return Number.isFinite(Date.parse(text));
}
