import { connect, type Socket } from 'node:net';
import type { AdmittedTarget } from '../model/target.ts';
import type { RawEnd, RawReply } from '../model/tls-dialogue.ts';
import type { RawLimits } from './tls-ports.ts';

const ENDS: Readonly<Record<string, RawEnd>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  EADDRNOTAVAIL: 'resources',
  EMFILE: 'resources',
  ENFILE: 'resources',
  ENOBUFS: 'resources',
};

/**
 * One raw dialogue over one connection: sends `opening`, gives each piece that arrives to `listen`, and does what it
 * answers. Ends at the first of: `stop`, the peer's end, a limit, the signal. Never throws; the connection is closed.
 */
export function converse(
  target: AdmittedTarget,
  opening: Uint8Array,
  listen: (piece: Uint8Array) => RawReply,
  limits: RawLimits,
  signal: AbortSignal,
): Promise<RawEnd> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve('cancelled');
      return;
    }
    const socket: Socket = connect({ host: target.address, port: target.port });
    let timer = setTimeout(() => end('timeout'), limits.connectTimeoutMs);
    let read = 0;

    const end = (how: RawEnd): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.destroy();
      resolve(how);
    };
    const cancel = (): void => end('cancelled');

    signal.addEventListener('abort', cancel, { once: true });
    socket.setNoDelay(true);
    socket.on('connect', () => {
      clearTimeout(timer);
      timer = setTimeout(() => end('timeout'), limits.totalTimeoutMs);
      socket.write(opening);
    });
    socket.on('data', (piece: Buffer) => {
      read += piece.length;
      if (read > limits.maxBytes) return end('too-long');
      const reply = listen(piece);
      if (reply === 'stop') return end('done');
      if (reply !== 'more') socket.write(reply);
    });
    socket.on('end', () => end('closed'));
    socket.on('close', () => end('closed'));
    socket.on('error', (error: NodeJS.ErrnoException) => end(ENDS[error.code ?? ''] ?? 'unreachable'));
  });
}
