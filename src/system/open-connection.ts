import type { Socket } from 'node:net';
import type { AdmittedTarget } from '../model/target.ts';
import type { OpenConnection } from './ports.ts';

const sockets = new WeakMap<OpenConnection, Socket>();

/**
 * Wraps a connected socket so that it can be carried through rooms that know nothing of sockets.
 * The socket is paused here: what the peer says first stays in the kernel until someone reads.
 */
export function openConnection(target: AdmittedTarget, socket: Socket): OpenConnection {
  socket.pause();
  socket.on('error', ignoreError);
  const connection: OpenConnection = {
    target,
    // Whoever still holds on to what was taken must not hold the socket with it, and all that was said over it.
    discard() {
      const open = sockets.get(connection);
      sockets.delete(connection);
      // A reset leaves no TIME_WAIT behind; a sweep that found thousands of doors would run out of ports.
      open?.resetAndDestroy();
    },
  };
  sockets.set(connection, socket);
  return connection;
}

/**
 * Takes the socket out: connected, paused, nothing sent or read, and from now on the caller's to close
 * (`discard` does nothing any more). A listener that ignores `error` stays on it, so that a reset between
 * two owners cannot end the process; the taker adds its own. The peer may have hung up meanwhile: that
 * shows at the first read or write.
 *
 * @throws Error when it was already taken or discarded; that is a fault of the caller.
 */
export function takeSocket(connection: OpenConnection): Socket {
  const socket = sockets.get(connection);
  if (socket === undefined) throw new Error('The connection was already taken or discarded');
  sockets.delete(connection);
  return socket;
}

function ignoreError(): void {}
