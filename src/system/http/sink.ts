/** Takes a body as it comes and says when it has enough. */
export interface Sink {
  /** False when no more is wanted. */
  push(chunk: Buffer): boolean;
  /** What was kept, at most the cap. */
  bytes(): Buffer;
}

/**
 * Keeps the first `maxBytes`; wants no more once there was one byte beyond. Chunks are copied: a body that comes byte
 * by byte would else be held in as many objects.
 */
export function bodySink(maxBytes: number): Sink {
  let store: Buffer = Buffer.alloc(0);
  let size = 0;
  return {
    push(chunk) {
      const end = Math.min(size + chunk.length, maxBytes);
      if (end > store.length) {
        store = enlarge(store, size, Math.min(Math.max(end, 2 * store.length, FIRST_BYTES), maxBytes));
      }
      const taken = chunk.copy(store, size, 0, end - size);
      size += taken;
      return taken === chunk.length;
    },
    bytes: () => store.subarray(0, size),
  };
}

const FIRST_BYTES = 1024;

function enlarge(store: Buffer, used: number, length: number): Buffer {
  const larger = Buffer.allocUnsafe(length);
  store.copy(larger, 0, 0, used);
  return larger;
}

/**
 * Keeps a stream of server-sent events up to the blank line that ends the first event with data; comments and
 * `retry` blocks before it are kept too. Lines end with CR, LF or both.
 *
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function firstEventSink(maxBytes: number): Sink {
  const body = bodySink(maxBytes);
  const field = Buffer.alloc(5);
  let lineLength = 0;
  let afterCarriageReturn = false;
  let hasData = false;

  /** True when this line ends the event. */
  const endLine = (): boolean => {
    const name = field.toString('latin1', 0, Math.min(lineLength, field.length));
    const blank = lineLength === 0;
    lineLength = 0;
    if (blank) return hasData;
    hasData ||= name === 'data' || name === 'data:';
    return false;
  };

  const endOfEvent = (chunk: Buffer): number => {
    for (const [index, byte] of chunk.entries()) {
      const skip = byte === LF && afterCarriageReturn;
      afterCarriageReturn = byte === CR;
      if (skip) continue;
      if (byte !== LF && byte !== CR) {
        if (lineLength < field.length) field[lineLength] = byte;
        lineLength++;
        continue;
      }
      if (endLine()) return index + 1;
    }
    return -1;
  };

  return {
    push(chunk) {
      const end = endOfEvent(chunk);
      if (end === -1) return body.push(chunk);
      body.push(chunk.subarray(0, end));
      return false;
    },
    bytes: body.bytes,
  };
}

const LF = 0x0a;
const CR = 0x0d;
