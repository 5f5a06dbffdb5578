import type { ExchangeLimits } from '../ports.ts';
import { type Fault, fault } from './fault.ts';

const HEARD_BYTES = 256;
/** Bytes on the wire for each byte of body: a chunk of one byte takes six (RFC 9112 section 7.1). */
const FRAMING_FACTOR = 8;
const FRAMING_SLACK = 65_536;

/** Counts what a peer says on the wire, before any of it is understood, and keeps the beginning. */
export interface Ear {
  heard(): Buffer;
  /** Counts a chunk; a fault when the peer has said more than any honest answer takes. */
  take(chunk: Buffer, responding: boolean): Fault | null;
}

/** The chunk at hand is counted after the check, since it may hold the end of the headers and much of the body. */
export function listenTo(limits: ExchangeLimits): Ear {
  const maxBytes = limits.maxHeaderBytes + FRAMING_FACTOR * limits.maxBodyBytes + FRAMING_SLACK;
  const kept: Buffer[] = [];
  let total = 0;
  return {
    heard: () => Buffer.concat(kept),
    take(chunk, responding) {
      const before = total;
      total += chunk.length;
      if (before < HEARD_BYTES) kept.push(chunk.subarray(0, HEARD_BYTES - before));
      if (before <= (responding ? maxBytes : limits.maxHeaderBytes)) return null;
      return fault('headers-too-large', `no response within ${limits.maxHeaderBytes} bytes`);
    },
  };
}
