import type { Socket } from 'node:net';

/** A connection that carries one exchange after another. */
export interface Line {
  readonly socket: Socket;
  /** The server asked for a client certificate in the TLS handshake. */
  readonly certificateRequested: boolean;
  /** Something was read on it before: it may have gone stale since. */
  worn: boolean;
  /** Sees every chunk of the exchange under way. */
  onBytes: ((chunk: Buffer) => void) | null;
}

export function lineOver(socket: Socket, certificateRequested: boolean): Line {
  socket.on('error', ignore);
  return { socket, certificateRequested, worn: false, onBytes: null };
}

/**
 * Starts reading, ahead of the HTTP parser. From now on, bytes that come while no exchange is under way answer nothing
 * that was asked: the line is dropped, so that they cannot pass for the answer to the next request.
 */
export function startReading(line: Line): void {
  if (line.worn) return;
  line.worn = true;
  line.socket.prependListener('data', (chunk: Buffer) => {
    if (line.onBytes === null) line.socket.destroy();
    else line.onBytes(chunk);
  });
  line.socket.resume();
}

export function isUsable(socket: Socket): boolean {
  return !socket.destroyed && socket.writable && !socket.readableEnded;
}

function ignore(): void {}
