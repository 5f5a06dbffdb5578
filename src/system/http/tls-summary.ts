import { X509Certificate } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { CertificateSummary, TlsSummary } from '../../model/exchange.ts';

/** What the handshake of a TLS socket shows; while it is still under way, nothing is said on trust. */
export function tlsSummary(socket: TLSSocket): TlsSummary {
  const cipher = socket.getCipher();
  return {
    protocol: socket.getProtocol(),
    cipher: cipher?.standardName ?? cipher?.name ?? null,
    authorized: socket.authorized,
    trustError: trustError(socket),
    certificate: peerCertificate(socket),
  };
}

/**
 * Null when there is none, or none that OpenSSL can read. Not by `getPeerX509Certificate`, which takes the certificate
 * out of the session: a second look finds none (Node 20).
 */
function peerCertificate(socket: TLSSocket): CertificateSummary | null {
  try {
    const { raw } = socket.getPeerCertificate();
    return raw === undefined ? null : certificateSummary(new X509Certificate(raw));
  } catch {
    return null;
  }
}

function certificateSummary(certificate: X509Certificate): CertificateSummary {
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    names: subjectAltNames(certificate.subjectAltName ?? ''),
    notBefore: isoDate(certificate.validFrom),
    notAfter: isoDate(certificate.validTo),
    selfSigned: isSelfSigned(certificate),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

/** Typed as an Error, in truth the error's code: https://nodejs.org/api/tls.html#tlssocketauthorizationerror */
function trustError(socket: TLSSocket): string | null {
  const error: unknown = socket.authorizationError;
  if (error === undefined || error === null) return null;
  return error instanceof Error ? error.message : String(error);
}

/** Node gives one attribute a line: `C=DE\nCN=box`. Empty names come as undefined, whatever the types say. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

/**
 * DNS names and addresses of `DNS:a.example, IP Address:10.0.0.1`. Values that hold a comma or a quote are written
 * as JSON strings: https://nodejs.org/api/crypto.html#x509subjectaltname
 */
function subjectAltNames(text: string): readonly string[] {
  const entries = text.matchAll(/(?:^|, )(DNS|IP Address|URI|email):("(?:[^"\\]|\\.)*"|[^,]*)/g);
  return Array.from(entries, ([, kind, value = '']) => {
    if (kind === 'IP Address' && isIPv6(value)) return new URL(`http://[${value}]/`).hostname.slice(1, -1);
    return value.startsWith('"') ? unquote(value) : value;
  });
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

/** OpenSSL writes `Nov 21 10:00:00 2026 GMT`. */
function isoDate(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : date.toISOString();
}

function isSelfSigned(certificate: X509Certificate): boolean {
  try {
    return certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey);
  } catch {
    // A key of a kind that OpenSSL does not know.
    return certificate.subject === certificate.issuer;
  }
}
