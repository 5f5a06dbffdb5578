import type { TlsVersion } from '../model/tls.ts';
import type { Repertoire } from './repertoire.ts';
import type { Offer } from './wire/client-hello.ts';
import { SCSV } from './wire/numbers.ts';

export type HelloVersion = Exclude<TlsVersion, 'SSLv2'>;

/** Hellos for one server, lean: what makes some library choke is asked for once, apart (`extras`). */
export interface Offers {
  suites(version: HelloVersion, suites: readonly number[], groups?: readonly number[]): Offer;
  /** With everything that a browser would ask for besides. */
  extras(version: HelloVersion, suites: readonly number[], groups?: readonly number[]): Offer;
}

export const ALPN_OFFERED = ['h2', 'http/1.1'] as const;

export function offers(repertoire: Repertoire, serverName: string | null): Offers {
  const lean = (version: HelloVersion, suites: readonly number[], groups?: readonly number[]): Offer => ({
    version,
    // SSLv3 has no extensions: the signalling suite asks for secure renegotiation (RFC 5746 §3.3).
    suites: version === 'SSLv3' ? [...suites, SCSV.renegotiation] : suites,
    groups: groups ?? (version === 'TLSv1.3' ? repertoire.modernGroups : repertoire.classicGroups),
    schemes: version === 'TLSv1.2' || version === 'TLSv1.3' ? repertoire.schemes : [],
    serverName,
    features: version !== 'TLSv1.3' && version !== 'SSLv3',
  });
  return {
    suites: lean,
    extras: (version, suites, groups) => ({
      ...lean(version, suites, groups),
      statusRequest: true,
      alpn: ALPN_OFFERED,
      timestamps: true,
      compression: version !== 'TLSv1.3',
    }),
  };
}
