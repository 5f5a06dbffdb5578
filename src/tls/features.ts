import type { Known, ProtocolFacts, TlsFeatures } from '../model/tls.ts';
import type { HandshakeResult } from '../model/tls-dialogue.ts';
import type { HelloAnswer } from './answer.ts';
import type { Inspection } from './inspection.ts';
import type { Repertoire } from './repertoire.ts';
import { readSession } from './session-ticket.ts';
import { EXTENSION, VERSION_NUMBER } from './wire/numbers.ts';
import { readAlpn } from './wire/server-messages.ts';

/** The two handshakes by the platform: one for a session, one that tries to resume it. */
export interface SessionTrial {
  readonly first: HandshakeResult;
  readonly second: HandshakeResult | null;
}

export function featuresOf(inspection: Inspection, trial: SessionTrial | null, repertoire: Repertoire): TlsFeatures {
  const { hellos, flights, protocols } = inspection;
  const classic = hellos.filter(
    ({ hello }) => hello.version < VERSION_NUMBER['TLSv1.3'] && hello.version > VERSION_NUMBER.SSLv3,
  );
  const best = classic.reduce<HelloAnswer | null>(
    (found, answer) => (found && found.hello.version >= answer.hello.version ? found : answer),
    null,
  );
  const any = best ?? hellos.find(({ hello }) => hello.version === VERSION_NUMBER.SSLv3) ?? null;
  const modernOnly = isModernOnly(protocols);
  const session = trial?.first.session ? readSession(trial.first.session) : null;
  const extra = flights.filter(({ complete }) => complete);

  const inHello = (extension: number, from: HelloAnswer | null): Known<boolean> => {
    // TLS 1.3 has neither renegotiation nor a master secret without the transcript (RFC 8446 §1.2, §7.1).
    if (modernOnly) return true;
    return from === null ? 'unknown' : from.hello.extensions.has(extension);
  };
  const anyFlight = (holds: (flight: HelloAnswer) => boolean): Known<boolean> =>
    extra.length === 0 ? 'unknown' : extra.some(holds);

  return {
    secureRenegotiation: inHello(EXTENSION.renegotiationInfo, any),
    extendedMasterSecret: inHello(EXTENSION.extendedMasterSecret, best),
    compression: modernOnly ? false : compressionOf(extra),
    fallbackProtection: inspection.fallbackProtection,
    sessionTickets: session
      ? session.ticket
      : best && !modernOnly
        ? best.hello.extensions.has(EXTENSION.sessionTicket)
        : 'unknown',
    resumption: trial?.second
      ? trial.second.protocol === null
        ? 'unknown'
        : trial.second.resumed
      : trial?.first.protocol && !session
        ? false
        : 'unknown',
    earlyData: earlyDataOf(protocols, trial, session?.maxEarlyData ?? null),
    ocspStapling: anyFlight(({ stapled }) => stapled),
    certificateTimestamps: anyFlight(
      ({ certificates, hello }) =>
        (certificates?.extensions.has(EXTENSION.signedCertificateTimestamp) ?? false) ||
        hello.extensions.has(EXTENSION.signedCertificateTimestamp),
    ),
    alpn: alpnOf(extra),
    signatureSchemes: [
      ...new Set(flights.flatMap(({ scheme }) => (scheme === null ? [] : [repertoire.schemeName(scheme)]))),
    ].sort(),
    dhBits: inspection.dhBits,
    exportRsaBits: inspection.exportRsaBits,
  };
}

function isModernOnly(protocols: readonly ProtocolFacts[]): boolean {
  const offered = protocols.filter(({ offered: state }) => state === true);
  return offered.length > 0 && offered.every(({ version }) => version === 'TLSv1.3');
}

function compressionOf(flights: readonly HelloAnswer[]): Known<boolean> {
  const classic = flights.filter(({ hello }) => hello.version < VERSION_NUMBER['TLSv1.3']);
  return classic.length === 0 ? 'unknown' : classic.some(({ hello }) => hello.compression !== 0);
}

function earlyDataOf(
  protocols: readonly ProtocolFacts[],
  trial: SessionTrial | null,
  maxEarlyData: number | null,
): Known<boolean> {
  const modern = protocols.find(({ version }) => version === 'TLSv1.3');
  if (modern?.offered === false) return false;
  if (trial?.first.protocol !== 'TLSv1.3') return 'unknown';
  return maxEarlyData !== null && maxEarlyData > 0;
}

function alpnOf(flights: readonly HelloAnswer[]): Known<string | null> {
  const newest = flights[0];
  if (!newest) return 'unknown';
  const extensions = newest.encryptedExtensions ?? newest.hello.extensions;
  return readAlpn(extensions.get(EXTENSION.alpn));
}
