import type { ParsedCertificate } from './certificate.ts';

const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
const SUBJECT_KEY = '2.5.29.14';
const AUTHORITY_KEY = '2.5.29.35';
const ALTERNATIVE_NAME = '2.5.29.17';

/**
 * Where a path departs from RFC 5280 so that OpenSSL's X509_V_FLAG_X509_STRICT refuses it, which Python sets since 3.13:
 * check_extensions() in crypto/x509/x509_vfy.c, without what no one makes. A certificate that is trusted by itself is exempt.
 */
export function strictProfileGaps(path: readonly ParsedCertificate[]): string[] {
  if (path.length < 2) return [];
  return path.flatMap((certificate, index) => {
    const whose = index === 0 ? 'the certificate' : `the authority '${certificate.facts.subject}'`;
    return gapsOf(certificate, index === path.length - 1).map((gap) => `${whose} ${gap}`);
  });
}

function gapsOf({ facts, extensions, subject }: ParsedCertificate, anchor: boolean): string[] {
  const gaps: string[] = [];
  const critical = (id: string): boolean => extensions.get(id)?.critical === true;
  const nameless = subject.length <= 2;
  if (facts.ca && !critical(BASIC_CONSTRAINTS)) gaps.push('has basicConstraints that are not critical');
  if (facts.ca && !extensions.has(KEY_USAGE)) gaps.push('has no keyUsage');
  if (!facts.ca && facts.keyUsage.includes('keyCertSign')) gaps.push('may sign certificates but is no authority');
  if (nameless && (facts.ca || !extensions.has(ALTERNATIVE_NAME))) gaps.push('has no subject');
  if (nameless && extensions.has(ALTERNATIVE_NAME) && !critical(ALTERNATIVE_NAME))
    gaps.push('has no subject, and a subjectAltName that is not critical');
  if (critical(AUTHORITY_KEY) || critical(SUBJECT_KEY)) gaps.push('has a critical key identifier');
  if (facts.version < 3) return extensions.size > 0 ? [...gaps, 'has extensions, but not version 3'] : gaps;
  if (!anchor && !extensions.has(AUTHORITY_KEY)) gaps.push('has no authorityKeyIdentifier');
  if (facts.ca && !extensions.has(SUBJECT_KEY)) gaps.push('has no subjectKeyIdentifier');
  return gaps;
}
