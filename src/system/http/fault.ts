import type { Failure } from '../../model/exchange.ts';

/** Why something did not come about, in the words of the vocabulary, with what the system said. */
export interface Fault {
  readonly reason: Failure;
  readonly detail: string;
}

/** System error codes: errno(3), connect(2). */
const REASON_BY_CODE: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'resources',
  EAFNOSUPPORT: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
  EINVAL: 'unreachable',
  EMFILE: 'resources',
  ENFILE: 'resources',
  ENOBUFS: 'resources',
  ENOMEM: 'resources',
  EAGAIN: 'resources',
  // RFC 8446 section 6.2, alert 116.
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'client-certificate-required',
};

export function fault(reason: Failure, detail: string): Fault {
  return { reason, detail };
}

/** Names an error of a socket or of OpenSSL. Never throws. */
export function faultOf(error: Error): Fault {
  const code = codeOf(error);
  if (hungUp(error)) return fault('closed', 'the peer closed the connection');
  const known = REASON_BY_CODE[code];
  if (known !== undefined) return fault(known, code);
  if (isTlsCode(code)) return fault('tls-failed', tlsReason(error) ?? code);
  return fault('reset', code === '' ? error.message : code);
}

/** `` when the error carries no code. */
export function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

export function isTlsCode(code: string): boolean {
  return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code === 'EPROTO';
}

/** Node gives a FIN that came too early the code of a reset; only a real reset names a system call. */
function hungUp(error: Error): boolean {
  return codeOf(error) === 'ECONNRESET' && !('syscall' in error);
}

/** OpenSSL's reason string, e.g. `sslv3 alert handshake failure`. */
function tlsReason(error: Error): string | null {
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : null;
}
