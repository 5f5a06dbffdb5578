import type { Certificate, CertificatePlace, CertificateRecord } from '../model/certificate.ts';
import type { SharedKey } from '../model/relation.ts';
import type { TlsEndpoint } from '../model/tls.ts';

/** One certificate and where it was found. */
export interface Sighting {
  readonly certificate: Certificate;
  readonly role: CertificateRecord['role'];
  readonly place: CertificatePlace | null;
  readonly file: string | null;
}

/** Every certificate once, with all its places; soonest expiry first. */
export function certificateRecords(sightings: readonly Sighting[]): CertificateRecord[] {
  const byFingerprint = new Map<string, Sighting[]>();
  for (const sighting of sightings) {
    const same = byFingerprint.get(sighting.certificate.fingerprint);
    if (same) same.push(sighting);
    else byFingerprint.set(sighting.certificate.fingerprint, [sighting]);
  }
  const records = [...byFingerprint.values()].flatMap((same): CertificateRecord[] => {
    const first = same[0];
    if (!first) return [];
    const places = new Map(
      same.flatMap(({ place }) =>
        place ? [[`${place.site ?? ''}\n${place.host}\n${place.address}\n${place.port}`, place] as const] : [],
      ),
    );
    return [
      {
        ...first.certificate,
        role: same.some(({ role }) => role === 'leaf') ? 'leaf' : 'issuer',
        places: [...places].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place),
        files: [...new Set(same.flatMap(({ file }) => (file === null ? [] : [file])))].sort(),
      },
    ];
  });
  return records.sort((a, b) => compare(a.notAfter, b.notAfter) || compare(a.fingerprint, b.fingerprint));
}

export function sharedKeys(records: readonly CertificateRecord[]): SharedKey[] {
  const byPin = new Map<string, CertificateRecord[]>();
  for (const record of records) {
    if (record.role !== 'leaf') continue;
    byPin.set(record.pin, [...(byPin.get(record.pin) ?? []), record]);
  }
  return [...byPin]
    .map(([pin, same]) => {
      const places = same.flatMap((record) => record.places);
      return {
        pin,
        places,
        // A service on several ports of one address is one host.
        hosts: new Set(places.map(({ site = '', address }) => `${site}\n${address}`)).size,
        severalCertificates: same.length > 1,
        wildcard: same.some(({ dnsNames }) => dnsNames.some((name) => name.startsWith('*.'))),
      };
    })
    .filter(({ hosts }) => hosts > 1)
    .sort((a, b) => b.hosts - a.hosts || compare(a.pin, b.pin));
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** By host and port, addresses in the order written. */
export function inTlsOrder(endpoints: readonly TlsEndpoint[]): TlsEndpoint[] {
  const key = ({ address, port, host }: TlsEndpoint): string =>
    [padded(address ?? ''), String(port ?? 0).padStart(5, '0'), host ?? ''].join('\n');
  return [...endpoints].sort((a, b) => compare(key(a), key(b)));
}

/** Numbers of an address with leading zeros, so that text order is address order. */
function padded(address: string): string {
  return address.replace(/\d+/g, (number) => number.padStart(3, '0'));
}
