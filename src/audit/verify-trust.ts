import type { TlsSummary } from '../model/exchange.ts';
import { readToken } from '../network/verify/token.ts';
import type { VerifyRequest } from './verify-request.ts';

/** A key goes over TLS to a certificate that somebody vouches for, or stays on this machine. */
export function whyWithheld(
  request: VerifyRequest,
  transport: 'plaintext' | 'tls',
  tls: TlsSummary | null,
  loopback: boolean,
): string | null {
  const { certificates, pin } = request;
  if (!givesSomething(request)) return null;
  if (certificates && transport === 'plaintext') return 'not sent: a client certificate needs TLS and there is none';
  if (loopback && pin === null) return null;
  if (transport === 'plaintext' && loopback) return 'not sent: --pin names a certificate and there is none';
  if (transport === 'plaintext')
    return 'not sent: credentials go over TLS or to this machine only; reach it through a tunnel or serve it over TLS';
  if (tls !== null && isTrusted(tls, pin)) return null;
  return `not sent: the certificate is not trusted (${tls?.trustError ?? 'unknown'}); name its authority with --ca or tls.trust, or give its SHA-256 with --pin`;
}

export function givesSomething({
  right,
  retired,
  expired,
  certificates,
}: Pick<VerifyRequest, 'right' | 'retired' | 'expired' | 'certificates'>): boolean {
  return (right ?? retired ?? expired ?? certificates) !== null;
}

/** On this machine any certificate will do, unless one was named. */
export function mustTrust({ pin }: VerifyRequest, loopback: boolean): boolean {
  return !loopback || pin !== null;
}

export function isTrusted(tls: TlsSummary, pin: string | null): boolean {
  return pin === null ? tls.authorized : tls.certificate?.fingerprint === pin;
}

export function whyUnexpired({ expired }: VerifyRequest, now: Date): string | null {
  if (expired === null || expired.kind === 'basic') return null;
  const token = readToken(expired.value);
  if (token.form === 'opaque' || token.expiry === null) return null;
  return token.expiry * 1000 > now.getTime() ? 'this token has not expired yet' : null;
}
