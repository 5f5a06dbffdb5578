import type { ParsedCertificate } from './certificate.ts';
import { parseCertificate } from './certificate.ts';
import { readElement, readElements } from './der/read.ts';
import { hex } from './wire/bytes.ts';

/** Certificates that are trusted without further proof, found by their subject. */
export interface Anchors {
  readonly size: number;
  named(subject: Uint8Array): readonly ParsedCertificate[];
  has(certificate: ParsedCertificate): boolean;
}

/** @param certificates DER; those that are no certificates are left out. A certificate is parsed in full only when it is asked for. */
export function anchors(certificates: readonly Uint8Array[]): Anchors {
  const bySubject = new Map<string, Uint8Array[]>();
  for (const der of certificates) {
    const subject = subjectOf(der);
    if (subject === null) continue;
    const same = bySubject.get(subject);
    if (same) same.push(der);
    else bySubject.set(subject, [der]);
  }
  const parsed = new Map<string, readonly ParsedCertificate[]>();
  const named = (subject: Uint8Array): readonly ParsedCertificate[] => {
    const key = hex(subject);
    const known = parsed.get(key) ?? (bySubject.get(key) ?? []).flatMap((der) => parseCertificate(der) ?? []);
    parsed.set(key, known);
    return known;
  };
  return {
    size: certificates.length,
    named,
    has: (certificate) =>
      named(certificate.subject).some(({ facts }) => facts.fingerprint === certificate.facts.fingerprint),
  };
}

/** The subject as encoded, hex: the sixth field, or the fifth of a version 1 certificate. */
function subjectOf(der: Uint8Array): string | null {
  const tbs = readElement(readElement(der)?.body ?? new Uint8Array(0));
  const fields = tbs ? readElements(tbs.body) : null;
  const subject = fields?.[0]?.tag === 0xa0 ? fields[5] : fields?.[4];
  return subject ? hex(subject.whole) : null;
}
