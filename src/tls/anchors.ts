import type { ParsedCertificate } from './certificate.ts';
import { parseCertificate } from './certificate.ts';
import { equal, hex } from './wire/bytes.ts';

/** Certificates that are trusted without further proof, found by their subject. */
export interface Anchors {
  named(subject: Uint8Array): readonly ParsedCertificate[];
  has(certificate: ParsedCertificate): boolean;
  /** What they are called, as `CN=a, O=b`. */
  names(): readonly string[];
}

/**
 * Read when something is first looked for. Which certificates hold a name is found in their octets, and only those are
 * parsed: of the system's hundred and fifty roots most runs need one or none.
 *
 * @param read DER; what is no certificate is left out
 */
export function anchors(read: () => readonly Uint8Array[]): Anchors {
  let all: readonly Buffer[] | null = null;
  const certificates = (): readonly Buffer[] => {
    all ??= read().map((der) => Buffer.from(der.buffer, der.byteOffset, der.length));
    return all;
  };
  const bySubject = new Map<string, readonly ParsedCertificate[]>();
  const named = (subject: Uint8Array): readonly ParsedCertificate[] => {
    const key = hex(subject);
    const octets = Buffer.from(subject);
    const known =
      bySubject.get(key) ??
      certificates()
        .filter((der) => der.includes(octets))
        .flatMap((der) => parseCertificate(der) ?? [])
        .filter((certificate) => equal(certificate.subject, subject));
    bySubject.set(key, known);
    return known;
  };
  return {
    named,
    names: () => certificates().flatMap((der) => parseCertificate(der)?.facts.subject ?? []),
    has: (certificate) =>
      named(certificate.subject).some(({ facts }) => facts.fingerprint === certificate.facts.fingerprint),
  };
}
