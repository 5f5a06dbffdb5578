import type { NeighbourWatch } from '../neighbours.ts';
import type { Libc } from './libc.ts';

/* rtnetlink(7), linux/netlink.h, linux/rtnetlink.h, linux/neighbour.h */
const RTM_GETNEIGHTBL = 66;
const NLM_F_REQUEST = 0x1;
const NLM_F_DUMP = 0x300;
const NLMSG_DONE = 3;
const NDTA_STATS = 7;
const MESSAGE_HEADER = 16;
/** `struct ndtmsg`, which names the family: none, so all tables. */
const TABLE_HEADER = 4;
const ATTRIBUTE_HEADER = 4;
/** In `struct ndt_stats`: the eleventh of its 64-bit numbers, since Linux 4.3. */
const TABLE_FULLS_AT = 80;
/** The kernel never sends more at once (net/netlink/af_netlink.c, netlink_recvmsg). */
const MOST_AT_ONCE = 32_768;

/** Asks the kernel itself: it has one table for all network namespaces and tells each of them how that one does. */
export function createNeighbourTables(libc: Libc): NeighbourWatch {
  const request = Buffer.alloc(MESSAGE_HEADER + TABLE_HEADER);
  request.writeUInt32LE(request.length, 0);
  request.writeUInt16LE(RTM_GETNEIGHTBL, 4);
  request.writeUInt16LE(NLM_F_REQUEST | NLM_F_DUMP, 6);
  const requestAt = libc.pointerTo(request);
  const answer = Buffer.alloc(MOST_AT_ONCE);
  const answerAt = libc.pointerTo(answer);

  function ask(descriptor: number): number | null {
    if (libc.send(descriptor, requestAt, request.length) < 0) return null;
    let sum = 0;
    for (;;) {
      const length = libc.receive(descriptor, answerAt, answer.length);
      if (length <= 0) return null;
      const part = readTables(answer.subarray(0, length));
      sum += part.tableFulls;
      if (part.last) return sum;
    }
  }

  return {
    overflows() {
      const descriptor = libc.netlinkSocket();
      if (descriptor < 0) return null;
      try {
        return ask(descriptor);
      } finally {
        libc.close(descriptor);
      }
    },
  };
}

/** How often the tables in one part of the kernel's answer were full, and whether it is the last part. */
export function readTables(answer: Buffer): { readonly tableFulls: number; readonly last: boolean } {
  let tableFulls = 0;
  for (const { at, end } of piecesOf(answer, 0, (start) => answer.readUInt32LE(start), MESSAGE_HEADER)) {
    if (answer.readUInt16LE(at + 4) === NLMSG_DONE) return { tableFulls, last: true };
    const first = at + MESSAGE_HEADER + TABLE_HEADER;
    const message = answer.subarray(0, end);
    for (const piece of piecesOf(message, first, (start) => answer.readUInt16LE(start), ATTRIBUTE_HEADER)) {
      const fullsAt = piece.at + ATTRIBUTE_HEADER + TABLE_FULLS_AT;
      if (answer.readUInt16LE(piece.at + 2) !== NDTA_STATS || fullsAt + 8 > piece.end) continue;
      tableFulls += Number(answer.readBigUInt64LE(fullsAt));
    }
  }
  return { tableFulls, last: false };
}

/** Messages, and attributes in a message, follow each other at multiples of four bytes and begin with their length. */
function* piecesOf(bytes: Buffer, first: number, lengthAt: (at: number) => number, header: number) {
  for (let at = first; at + header <= bytes.length; ) {
    const length = lengthAt(at);
    if (length < header || at + length > bytes.length) return;
    yield { at, end: at + length };
    at += (length + 3) & ~3;
  }
}
