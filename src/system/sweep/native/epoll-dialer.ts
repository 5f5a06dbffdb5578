import type { DialEvents, Dialer } from '../dialer.ts';
import { SELF_CONNECTION } from '../verdict.ts';
import { codeOf, EALREADY, EINPROGRESS, type Libc } from './libc.ts';
import { createSocketAddress } from './socket-address.ts';

const NONE = -1;
const IPV4_LENGTH = 16;

/**
 * Dials with connect(2) and epoll(7), and hands over descriptors of connected sockets.
 *
 * Linux says how an attempt ended when connect() is called once more, and after a failure leaves the socket as it
 * was when new (net/ipv4/af_inet.c, __inet_stream_connect). So a line keeps its IPv4 socket and its place in epoll,
 * and a refused probe costs two calls instead of six. IPv6 sockets keep the zone they were dialled through and are
 * not used twice.
 *
 * @throws Error when there is no epoll descriptor to be had.
 */
export function createEpollDialer(libc: Libc, events: DialEvents<number>, broke: (error: unknown) => void): Dialer {
  const epoll = libc.epollCreate();
  if (epoll < 0) throw new Error(`epoll_create1: ${codeOf(epoll)}`);
  const there = createSocketAddress(libc);
  const here = createSocketAddress(libc);
  /** Of an attempt under way the kernel has the address, and looks at no other but that which undoes it. */
  const some = createSocketAddress(libc);
  some.write('0.0.0.0', 0);
  /** By line: its socket, and the place that is dialled on it, with the length of its address; 0: none. */
  const descriptors: number[] = [];
  const lengths: number[] = [];
  const addresses: string[] = [];
  const ports: number[] = [];
  let ended = false;
  const unwatch = libc.watch(epoll, takeNews);

  /** @returns whether there may be more. */
  function takeNews(): boolean {
    if (ended) return false;
    try {
      const lines = libc.epollTake(epoll);
      for (const line of lines) finish(line);
      return lines.length > 0;
    } catch (error) {
      broke(error);
      return false;
    }
  }

  function socketOf(line: number, ipv6: boolean): number {
    const kept = descriptors[line] ?? NONE;
    if (kept !== NONE && !ipv6) return kept;
    if (kept !== NONE) drop(line);

    const descriptor = openSocket(ipv6);
    if (descriptor < 0) return descriptor;
    const added = libc.epollAdd(epoll, descriptor, line);
    if (added < 0) {
      libc.close(descriptor);
      return added;
    }
    descriptors[line] = descriptor;
    return descriptor;
  }

  function openSocket(ipv6: boolean): number {
    const descriptor = libc.socket(ipv6);
    if (descriptor >= 0) return descriptor;
    // Sockets kept for later are not worth a shortage.
    for (let line = 0; line < descriptors.length; line++) if (lengths[line] === 0) drop(line);
    return libc.socket(ipv6);
  }

  function drop(line: number): void {
    const descriptor = descriptors[line] ?? NONE;
    if (descriptor !== NONE) libc.close(descriptor);
    descriptors[line] = NONE;
  }

  function dial(line: number, address: string, port: number): void {
    const length = there.write(address, port);
    if (typeof length === 'string') {
      fail(line, length);
      return;
    }
    const descriptor = socketOf(line, length !== IPV4_LENGTH);
    if (descriptor < 0) {
      fail(line, codeOf(descriptor));
      return;
    }

    const result = libc.connect(descriptor, there.pointer, length);
    if (result === EINPROGRESS) {
      lengths[line] = length;
      addresses[line] = address;
      ports[line] = port;
    } else if (result === 0) {
      accept(line, descriptor);
    } else {
      // What fails at once may leave a source address behind in older kernels.
      drop(line);
      fail(line, codeOf(result));
    }
  }

  function finish(line: number): void {
    const length = lengths[line] ?? 0;
    const descriptor = descriptors[line] ?? NONE;
    if (length === 0) return;
    if (length !== IPV4_LENGTH) there.write(addresses[line] ?? '', ports[line] ?? 0);
    const result = libc.connect(descriptor, length === IPV4_LENGTH ? some.pointer : there.pointer, length);
    if (result === EALREADY) {
      giveUpOnWarning(line, descriptor, length);
    } else if (result === 0) {
      there.write(addresses[line] ?? '', ports[line] ?? 0);
      accept(line, descriptor);
    } else {
      if (length !== IPV4_LENGTH) drop(line);
      fail(line, codeOf(result));
    }
  }

  /**
   * An ICMP error that arrives while the socket is in use is only noted, and the attempt goes on (net/ipv4/tcp_ipv4.c,
   * tcp_v4_err). On a fast link that is the first and, routers being thrifty with ICMP, often the only one.
   */
  function giveUpOnWarning(line: number, descriptor: number, length: number): void {
    const error = libc.pendingError(descriptor);
    if (error === 0) return;
    disconnect(line, length !== IPV4_LENGTH);
    fail(line, codeOf(error));
  }

  function accept(line: number, descriptor: number): void {
    if (libc.ownAddress(descriptor, here.pointer) === 0 && here.equals(there)) {
      disconnect(line, true);
      fail(line, SELF_CONNECTION);
      return;
    }
    descriptors[line] = NONE;
    lengths[line] = 0;
    libc.epollRemove(epoll, descriptor);
    events.accepted(line, descriptor);
    events.idle(line);
  }

  function fail(line: number, code: string): void {
    lengths[line] = 0;
    events.failed(line, code);
    events.idle(line);
  }

  /** A reset, if the connection was made: no TIME_WAIT. An IPv4 socket is then as it was when new (tcp_disconnect). */
  function disconnect(line: number, ipv6: boolean): void {
    const result = libc.connect(descriptors[line] ?? NONE, there.pointer, there.writeNone());
    if (ipv6 || result < 0) drop(line);
  }

  return {
    dial,
    catchUp() {
      while (takeNews());
    },
    hangUp(line) {
      const length = lengths[line] ?? 0;
      if (length === 0) return;
      lengths[line] = 0;
      disconnect(line, length !== IPV4_LENGTH);
      queueMicrotask(() => events.idle(line));
    },
    end() {
      ended = true;
      for (let line = 0; line < descriptors.length; line++) drop(line);
      unwatch();
      libc.close(epoll);
    },
  };
}
