import type { Socket } from 'node:net';

/** Hears what comes over a line while an exchange is under way. */
export interface LineListener {
  octets(chunk: Buffer): void;
  /** The peer sends nothing more, or the connection is gone. */
  ended(): void;
  failed(error: Error): void;
}

/** A connection that carries one exchange after another. */
export interface Line {
  readonly socket: Socket;
  /** The server asked for a client certificate in the TLS handshake. */
  readonly certificateRequested: boolean;
  /** Something was read on it before: it may have gone stale since. */
  worn: boolean;
  listener: LineListener | null;
}

export function lineOver(socket: Socket, certificateRequested: boolean): Line {
  const line: Line = { socket, certificateRequested, worn: false, listener: null };
  socket.on('error', (error) => line.listener?.failed(error));
  socket.on('end', () => line.listener?.ended());
  socket.on('close', () => line.listener?.ended());
  return line;
}

/**
 * Starts reading. From now on, octets that come while no exchange is under way answer nothing that was asked: the line
 * is dropped, so that they cannot pass for the answer to the next request.
 */
export function startReading(line: Line): void {
  if (line.worn) return;
  line.worn = true;
  line.socket.on('data', (chunk: Buffer) => {
    if (line.listener === null) line.socket.destroy();
    else line.listener.octets(chunk);
  });
  line.socket.resume();
}

export function isUsable(socket: Socket): boolean {
  return !socket.destroyed && socket.writable && !socket.readableEnded;
}
