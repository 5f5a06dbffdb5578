import { Socket, type SocketConstructorOpts } from 'node:net';
import type { CreateDialer, DialEvents, Dialer } from '../dialer.ts';

/** Makes node:net sockets of the descriptors that a dialer hands over. */
export function adoptingDialer(create: (events: DialEvents<number>) => Dialer): CreateDialer {
  return (events) => create({ ...events, accepted: (line, descriptor) => events.accepted(line, adopt(descriptor)) });
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
