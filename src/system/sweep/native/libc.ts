import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';

/**
 * The calls of the C library that the native sweep makes, on Linux. Each gives what the call gives, or the error
 * number, negated, as the kernel itself does.
 */
export interface Libc {
  /** A non-blocking TCP socket. */
  socket(ipv6: boolean): number;
  /** `address`: pointer to a `sockaddr` of `length` bytes. */
  connect(descriptor: number, address: Pointer, length: number): number;
  /** Writes the socket's own address of at most 28 bytes to `address`. */
  ownAddress(descriptor: number, address: Pointer): number;
  /** Takes the socket's pending error (SO_ERROR), negated; 0 when there is none. */
  pendingError(descriptor: number): number;
  /** A non-blocking socket to ask the kernel about the network (rtnetlink(7)). */
  netlinkSocket(): number;
  send(descriptor: number, from: Pointer, length: number): number;
  /** The number of bytes that came, `length` at most. */
  receive(descriptor: number, to: Pointer, length: number): number;
  close(descriptor: number): number;
  epollCreate(): number;
  /** Reports once, with `line`, whenever the socket's state changes; closing the descriptor ends that. */
  epollAdd(epoll: number, descriptor: number, line: number): number;
  epollRemove(epoll: number, descriptor: number): number;
  /** The lines with news, without waiting. */
  epollTake(epoll: number): readonly number[];
  /** Index of a network interface; 0 when there is none of that name. */
  interfaceIndex(name: string): number;
  /** Address of a buffer, which must outlive every use of it. */
  pointerTo(buffer: Buffer): Pointer;
  /** Calls back from the event loop while the descriptor is readable; returns what ends that. */
  watch(descriptor: number, onReadable: () => void): () => void;
}

/** An address in memory. On x64 and arm64 user space ends far below 2^53. */
export type Pointer = number;

/* Values of the kernel's user interface, the same on x64 and arm64: asm-generic/fcntl.h, linux/net.h,
 * asm-generic/socket.h, linux/eventpoll.h, linux/netlink.h. */
const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const NETLINK_ROUTE = 0;
const SOCK_STREAM = 1;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLLOUT = 0x4;
const EPOLLET = 0x8000_0000;
const SOL_SOCKET = 1;
const SO_ERROR = 4;
const SOCKADDR_MAX = 28;

/** `struct epoll_event` is packed on x64 alone (linux/eventpoll.h, EPOLL_PACKED): { u32 events; u64 data }. */
const EVENT_LAYOUT: Readonly<Record<string, { readonly size: number; readonly data: number }>> = {
  x64: { size: 12, data: 4 },
  arm64: { size: 16, data: 8 },
};
const EVENTS_AT_ONCE = 256;

type Call = (...values: readonly (number | string)[]) => number;

/** @throws Error where koffi is not installed; with the name `UnsupportedError` off Linux on x64 and arm64. */
export async function loadLibc(): Promise<Libc> {
  const layout = process.platform === 'linux' ? EVENT_LAYOUT[process.arch] : undefined;
  if (layout === undefined) {
    const error = new Error(`there is none for ${process.platform} on ${process.arch}`);
    error.name = 'UnsupportedError';
    throw error;
  }

  const { default: koffi } = await import('koffi');
  const library = koffi.load(null);
  const declare = (name: string, ...parameters: readonly string[]): Call => library.func(name, 'int', [...parameters]);
  const outcome = (result: number): number => (result === -1 ? -koffi.errno() : result);
  const socket = declare('socket', 'int', 'int', 'int');
  const connect = declare('connect', 'int', 'intptr_t', 'uint32_t');
  const getsockname = declare('getsockname', 'int', 'intptr_t', 'intptr_t');
  const getsockopt = declare('getsockopt', 'int', 'int', 'int', 'intptr_t', 'intptr_t');
  const send = declare('send', 'int', 'intptr_t', 'size_t', 'int');
  const receive = declare('recv', 'int', 'intptr_t', 'size_t', 'int');
  const close = declare('close', 'int');
  const epollCreate = declare('epoll_create1', 'int');
  const epollControl = declare('epoll_ctl', 'int', 'int', 'int', 'intptr_t');
  const epollWait = declare('epoll_wait', 'int', 'intptr_t', 'int', 'int');
  const interfaceIndex = declare('if_nametoindex', 'const char *');

  const pointerTo = (buffer: Buffer): Pointer => Number(koffi.address(buffer));
  const events = Buffer.alloc(layout.size * EVENTS_AT_ONCE);
  const eventsAt = pointerTo(events);
  const wish = Buffer.alloc(layout.size);
  wish.writeUInt32LE(EPOLLOUT + EPOLLET, 0);
  const wishAt = pointerTo(wish);
  const length = Buffer.alloc(4);
  const lengthAt = pointerTo(length);
  const value = Buffer.alloc(4);
  const valueAt = pointerTo(value);

  return {
    socket: (ipv6) => outcome(socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
    connect: (descriptor, address, size) => outcome(connect(descriptor, address, size)),
    ownAddress(descriptor, address) {
      length.writeUInt32LE(SOCKADDR_MAX, 0);
      return outcome(getsockname(descriptor, address, lengthAt));
    },
    pendingError(descriptor) {
      length.writeUInt32LE(value.length, 0);
      const result = outcome(getsockopt(descriptor, SOL_SOCKET, SO_ERROR, valueAt, lengthAt));
      return result < 0 ? result : -value.readInt32LE(0);
    },
    netlinkSocket: () => outcome(socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE)),
    send: (descriptor, from, size) => outcome(send(descriptor, from, size, 0)),
    receive: (descriptor, to, size) => outcome(receive(descriptor, to, size, 0)),
    close: (descriptor) => outcome(close(descriptor)),
    epollCreate: () => outcome(epollCreate(EPOLL_CLOEXEC)),
    epollAdd(epoll, descriptor, line) {
      wish.writeUInt32LE(line, layout.data);
      return outcome(epollControl(epoll, EPOLL_CTL_ADD, descriptor, wishAt));
    },
    epollRemove: (epoll, descriptor) => outcome(epollControl(epoll, EPOLL_CTL_DEL, descriptor, wishAt)),
    epollTake(epoll) {
      const lines: number[] = [];
      const count = epollWait(epoll, eventsAt, EVENTS_AT_ONCE, 0);
      for (let n = 0; n < count; n++) lines.push(events.readUInt32LE(n * layout.size + layout.data));
      return lines;
    },
    interfaceIndex: (name) => Math.max(0, interfaceIndex(name)),
    pointerTo,
    watch(descriptor, onReadable) {
      // koffi calls back outside of what Node knows as a callback: promises would wait, exceptions end the process.
      const handle = koffi.node.poll(descriptor, { readable: true }, () => setImmediate(onReadable));
      return () => handle.close();
    },
  };
}

export const EINPROGRESS = -constants.errno.EINPROGRESS;
export const EALREADY = -constants.errno.EALREADY;

const names = new Map<number, string>();

/** `ECONNREFUSED` for a negated error number. */
export function codeOf(result: number): string {
  let name = names.get(result);
  if (name === undefined) {
    name = nameOf(result);
    names.set(result, name);
  }
  return name;
}

function nameOf(result: number): string {
  try {
    return getSystemErrorName(result);
  } catch {
    return `errno ${-result}`;
  }
}
