import { Socket, type SocketConstructorOpts } from 'node:net';
import type { DialEvents } from '../dialer.ts';

/** Takes the descriptors that a dialer hands over and passes them on as sockets of node:net. */
export function adopting(events: DialEvents): DialEvents<number> {
  return { ...events, accepted: (line, descriptor) => events.accepted(line, adopt(descriptor)) };
}

function adopt(descriptor: number): Socket {
  // Without `pauseOnCreate`, which node:net gives its own servers, reading would begin at once.
  const options: SocketConstructorOpts & { readonly pauseOnCreate: boolean } = {
    fd: descriptor,
    readable: true,
    writable: true,
    pauseOnCreate: true,
  };
  return new Socket(options);
}
