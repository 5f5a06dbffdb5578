import type { ResultDocument } from '../model/result.ts';
import { placeOfEndpoint } from './place.ts';

/** A certificate of a server with every place that showed it. */
export interface CertificateView {
  readonly fingerprint: string;
  readonly subject: string;
  readonly issuer: string;
  /** Null where only a handshake in passing was seen. */
  readonly serial: string | null;
  readonly names: readonly string[];
  /** ISO 8601; both are dates. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly shownAt: readonly Place[];
  readonly files: readonly string[];
}

interface Place {
  readonly host: string;
  readonly address: string;
  readonly port: string;
  /** `host:port`, brackets around IPv6. */
  readonly text: string;
}

/**
 * Certificates of a run, the one that ends first in front: what the inspector knows, and what an exchange showed in
 * passing. Those whose times are no dates are left out.
 */
export function certificatesOf(document: ResultDocument): CertificateView[] {
  const inspected = (document.certificates ?? [])
    .filter(({ role }) => role === 'leaf')
    .map(
      (record): CertificateView => ({
        ...record,
        names: [...record.dnsNames, ...record.ipAddresses],
        shownAt: record.places.map(({ host, address, port }) => ({
          host,
          address,
          port: String(port),
          text: `${host.includes(':') ? `[${host}]` : host}:${port}`,
        })),
      }),
    );
  const known = new Set(inspected.map(({ fingerprint }) => fingerprint));
  return [...inspected, ...inPassing(document).filter(({ fingerprint }) => !known.has(fingerprint))]
    .filter(({ notBefore, notAfter }) => isDate(notBefore) && isDate(notAfter))
    .sort(byEnd);
}

function inPassing({ endpoints }: ResultDocument): CertificateView[] {
  const seen = new Map<string, CertificateView>();
  for (const endpoint of endpoints) {
    const certificate = endpoint.tls?.certificate;
    if (!certificate) continue;
    const { host, address, port } = endpoint;
    const place = {
      host: host ?? '',
      address: address ?? '',
      port: String(port ?? ''),
      text: placeOfEndpoint(endpoint),
    };
    const shownAt = seen.get(certificate.fingerprint)?.shownAt ?? [];
    if (shownAt.some(({ text }) => text === place.text)) continue;
    seen.set(certificate.fingerprint, { ...certificate, serial: null, files: [], shownAt: [...shownAt, place] });
  }
  return [...seen.values()];
}

function byEnd(a: CertificateView, b: CertificateView): number {
  const order = Date.parse(a.notAfter) - Date.parse(b.notAfter);
  if (order !== 0) return order;
  return a.fingerprint < b.fingerprint ? -1 : 1;
}

function isDate(text: string): boolean {
  return Number.isFinite(Date.parse(text));
}
