import { constants } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import { connect, createSecureContext, rootCertificates, type SecureContext, type TLSSocket } from 'node:tls';
import type { TlsSummary } from '../../model/exchange.ts';
import type { AdmittedTarget } from '../../model/target.ts';
import type { ClientIdentity } from '../../model/tls-identity.ts';
import { codeOf, type Fault, fault, faultOf, isTlsCode } from './fault.ts';
import { onAbort } from './interruption.ts';
import { tlsSummary } from './tls-summary.ts';

export type Handshake =
  | {
      readonly status: 'ok';
      readonly socket: TLSSocket;
      readonly tls: TlsSummary;
      /** The server sent a CertificateRequest; whether it insists shows later. */
      readonly certificateRequested: boolean;
    }
  | {
      readonly status: 'failed';
      readonly fault: Fault;
      /** `tls`: it failed inside TLS. `plaintext`: something else came. `nothing`: not a whole record came. */
      readonly answer: 'tls' | 'plaintext' | 'nothing';
      readonly tls: TlsSummary | null;
    };

export interface HandshakeOptions {
  readonly signal: AbortSignal;
  /** Shown when the server asks for a client certificate. */
  readonly identity?: ClientIdentity | null;
  readonly authorities?: readonly string[];
}

/**
 * TLS on a connected socket, accepting whatever OpenSSL still can: any certificate, TLS 1.0, weak suites and keys.
 * The time runs from the first byte sent.
 */
export function shakeHands(
  raw: Socket,
  target: AdmittedTarget,
  timeoutMs: number,
  { signal, identity = null, authorities = NO_AUTHORITIES }: HandshakeOptions,
): Promise<Handshake> {
  if (signal.aborted) {
    raw.destroy();
    return Promise.resolve(failed(fault('cancelled', 'interrupted'), 'nothing', null));
  }
  return new Promise((resolve) => {
    const name = target.serverName ?? target.host;
    const socket = connect({
      socket: raw,
      host: name,
      // RFC 6066 section 3: literal addresses are not permitted in SNI.
      ...(isIP(name) === 0 ? { servername: name } : {}),
      secureContext: tolerantContext(identity, authorities),
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    });
    let halfway: TlsSummary | null = null;
    let requested = false;

    const settle = (result: Handshake): void => {
      clearTimeout(timer);
      forget();
      socket.off('keylog', onKeys);
      if (result.status === 'failed') socket.destroy();
      resolve(result);
    };
    const fail = (why: Fault, error: Error | null): void => settle(failed(why, answerOf(error, halfway), halfway));
    const cancel = (): void => fail(fault('cancelled', 'interrupted'), null);
    const timer = setTimeout(() => fail(fault('timeout', `no TLS within ${timeoutMs} ms`), null), timeoutMs);
    /** Up to TLS 1.2 keys are made when the server has said its part: the last look at a handshake that then fails. */
    const onKeys = (line: Buffer): void => {
      if (!line.toString('latin1', 0, 13).startsWith('CLIENT_RANDOM')) return;
      halfway = tlsSummary(socket);
      requested = asksForCertificate(socket);
    };

    const forget = onAbort(signal, cancel);
    raw.on('error', ignore);
    socket.on('keylog', onKeys);
    socket.on('error', (error) => {
      const why = faultOf(error);
      const refused = halfway !== null && refusesClient(error, requested, halfway.protocol === 'TLSv1.2');
      fail(refused ? fault('client-certificate-required', why.detail) : why, error);
    });
    socket.once('secureConnect', () => {
      const certificateRequested = requested || asksForCertificate(socket);
      settle({ status: 'ok', socket, tls: tlsSummary(socket), certificateRequested });
    });
  });
}

const NOBODY = {};
const NO_AUTHORITIES: readonly string[] = [];
const contexts = new WeakMap<object, WeakMap<readonly string[], SecureContext>>();

/** Shared: making one costs milliseconds. */
function tolerantContext(identity: ClientIdentity | null, authorities: readonly string[]): SecureContext {
  const ofIdentity = contexts.get(identity ?? NOBODY) ?? new WeakMap<readonly string[], SecureContext>();
  contexts.set(identity ?? NOBODY, ofIdentity);
  const known = ofIdentity.get(authorities);
  if (known) return known;
  const context = createSecureContext({
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT:@SECLEVEL=0',
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
    // Given ones take the place of those that Node has.
    ...(authorities.length > 0 ? { ca: [...rootCertificates, ...authorities] } : {}),
    ...(identity ? { cert: identity.certificate, key: identity.key } : {}),
  });
  ofIdentity.set(authorities, context);
  return context;
}

/** A client shares signature algorithms only once a CertificateRequest has listed the server's (TLS 1.2 and 1.3). */
function asksForCertificate(socket: TLSSocket): boolean {
  return socket.getSharedSigalgs().length > 0;
}

/**
 * Without a certificate that they take, servers up to TLS 1.2 end the handshake after the client's part: with an alert,
 * most often handshake_failure (RFC 5246 section 7.4.6) or unknown_ca, or by hanging up. Before TLS 1.2 a request for a certificate cannot be
 * seen from here (`tellsRequest`), so there only the alert counts.
 */
function refusesClient(error: Error, requested: boolean, tellsRequest: boolean): boolean {
  const code = codeOf(error);
  if (code === 'ECONNRESET') return requested;
  const alert = /ALERT_(HANDSHAKE_FAILURE|BAD_CERTIFICATE|NO_CERTIFICATE|CERTIFICATE_|UNKNOWN_CA|ACCESS_DENIED)/.test(
    code,
  );
  return alert && (requested || !tellsRequest);
}

/** OpenSSL's complaints about what cannot be a TLS record. */
const NOT_TLS: readonly string[] = [
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
  'ERR_SSL_HTTPS_PROXY_REQUEST',
];

function answerOf(error: Error | null, halfway: TlsSummary | null): 'tls' | 'plaintext' | 'nothing' {
  if (halfway !== null) return 'tls';
  const code = error === null ? '' : codeOf(error);
  if (NOT_TLS.includes(code)) return 'plaintext';
  return isTlsCode(code) ? 'tls' : 'nothing';
}

function failed(why: Fault, answer: 'tls' | 'plaintext' | 'nothing', tls: TlsSummary | null): Handshake {
  return { status: 'failed', fault: why, answer, tls };
}

function ignore(): void {}
