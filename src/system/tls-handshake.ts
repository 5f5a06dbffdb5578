import { connect, createSecureContext, type TLSSocket } from 'node:tls';
import type { AdmittedTarget } from '../model/target.ts';
import type { HandshakeRequest, HandshakeResult } from '../model/tls-dialogue.ts';
import type { RawLimits } from './tls-ports.ts';

/** What is kept of an answer: enough for a status line, headers and a short error page. */
const ANSWER_CAP = 8192;
/** TLS 1.3 sends tickets after the handshake; this long they are waited for when nothing else is. */
const TICKET_WAIT_MS = 300;

/**
 * One full handshake by OpenSSL, with everything it can still do turned on. Certificates are not verified, and nothing
 * secret is sent. Never throws.
 */
export function handshake(
  target: AdmittedTarget,
  wanted: HandshakeRequest,
  limits: RawLimits,
  signal: AbortSignal,
): Promise<HandshakeResult> {
  return new Promise((resolve) => {
    const state = {
      protocol: null as string | null,
      session: null as Buffer | null,
      answer: [] as Buffer[],
      read: 0,
      resumed: false,
    };
    let socket: TLSSocket;
    const end = (error: string | null): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      socket?.removeAllListeners();
      socket?.on('error', () => undefined);
      socket?.destroy();
      resolve({
        protocol: state.protocol,
        resumed: state.resumed,
        session: state.session,
        answer: Buffer.concat(state.answer),
        error,
      });
    };
    const cancel = (): void => end('cancelled');
    let timer = setTimeout(() => end('timeout'), limits.connectTimeoutMs + limits.totalTimeoutMs);
    signal.addEventListener('abort', cancel, { once: true });

    try {
      socket = connect({
        host: target.address,
        port: target.port,
        ...(wanted.serverName === null ? {} : { servername: wanted.serverName }),
        ...(wanted.alpn.length > 0 ? { ALPNProtocols: [...wanted.alpn] } : {}),
        ...(wanted.identity === null ? {} : { cert: wanted.identity.certificate, key: wanted.identity.key }),
        ...(wanted.session === null ? {} : { session: Buffer.from(wanted.session) }),
        rejectUnauthorized: false,
        // None, because nothing is verified: Node would read some 140 roots first, a fifth of the whole inspection.
        ca: [],
        minVersion: 'TLSv1',
        maxVersion: wanted.maxVersion,
        ...(wanted.groups.length > 0 ? { ecdhCurve: knownOf(wanted.groups).join(':') } : {}),
        ciphers: 'ALL:@SECLEVEL=0',
      });
    } catch (error) {
      // A certificate or key that OpenSSL cannot read, or a group that it cannot do.
      clearTimeout(timer);
      const code = codeOf(error);
      const failed = code === 'ERR_CRYPTO_OPERATION_FAILED' ? 'unsupported' : code;
      resolve({ protocol: null, resumed: false, session: null, answer: Buffer.alloc(0), error: failed });
      return;
    }

    const enough = (): boolean =>
      wanted.request === null
        ? state.session !== null
        : /\r\n\r\n/.test(Buffer.concat(state.answer).toString('latin1'));
    socket.on('session', (session: Buffer) => {
      state.session = session;
      if (state.protocol !== null && wanted.request === null) end(null);
    });
    socket.on('secureConnect', () => {
      state.protocol = socket.getProtocol();
      state.resumed = socket.isSessionReused();
      if (wanted.request !== null) socket.write(wanted.request);
      else if (enough()) end(null);
      else {
        clearTimeout(timer);
        timer = setTimeout(() => end(null), TICKET_WAIT_MS);
      }
    });
    socket.on('data', (piece: Buffer) => {
      state.read += piece.length;
      state.answer.push(piece);
      if (state.read > ANSWER_CAP || bodyStarted(state.answer)) end(null);
    });
    socket.on('end', () => end(null));
    socket.on('close', () => end(null));
    socket.on('error', (error) => end(codeOf(error)));
  });
}

/** Headers and a little of the body: error pages say in their first words what is missing. */
function bodyStarted(pieces: readonly Buffer[]): boolean {
  const text = Buffer.concat(pieces).toString('latin1');
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head));
  const wanted = length ? Math.min(Number(length[1]), ANSWER_CAP / 2) : 1;
  return text.length - head - 4 >= wanted;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  const { code, reason } = error as NodeJS.ErrnoException & { reason?: string };
  return reason ?? code ?? error.message;
}

/** The groups that the platform has, of which one that it lacks would spoil the list; all where it has none. */
function knownOf(groups: readonly string[]): readonly string[] {
  const known = groups.filter((group) => {
    try {
      createSecureContext({ ca: [], ecdhCurve: group });
      return true;
    } catch {
      return false;
    }
  });
  return known.length > 0 ? known : groups;
}
