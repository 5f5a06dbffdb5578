import { type Fault, fault } from './fault.ts';
import { createHead, malformed, type ResponseHead } from './response-head.ts';

/** What is told of a response while it comes. After `complete` and `broken` nothing more is. */
export interface ResponseEvents {
  /** An interim response (1xx); the final one is still to come. */
  interim(): void;
  head(head: ResponseHead): void;
  body(octets: Buffer): void;
  /** `more`: something came behind its end. */
  complete(more: boolean): void;
  broken(fault: Fault): void;
}

/** Reads one response off a connection (RFC 9112), however it is cut into pieces. */
export interface ResponseReader {
  push(octets: Buffer): void;
  /** The peer sends nothing more. That is the end of a body that has no other; false when more was to come. */
  end(): boolean;
}

type State = 'head' | 'body' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'over';

const LF = 0x0a;
const SWITCHING_PROTOCOLS = 101;
const START = 'HTTP/';
/** RFC 9112 section 7.1: what follows the size says nothing about the data. */
const CHUNK_SIZE = /^[ \t]*([\da-f]{1,12})[ \t]*(?:;|$)/i;

/**
 * Lines may end with a line feed alone, and empty ones may stand in front. A head, a trailer and the line of a chunk
 * have at most `maxHeaderBytes`.
 */
export function createResponseReader(method: string, maxHeaderBytes: number, events: ResponseEvents): ResponseReader {
  let state: State = 'head';
  let head = createHead(method);
  let untilClose = false;
  /** Octets of the body or the chunk to come. */
  let left = 0;
  let octets: Buffer = Buffer.alloc(0);
  let at = 0;
  /** The beginning of a line whose end is to come: a character for each octet. */
  let begun = '';
  /** Octets of the head, the trailer or the line so far. */
  let taken = 0;

  /** Null when its end is to come. */
  function line(): string | null {
    const end = octets.indexOf(LF, at);
    const next = end === -1 ? octets.length : end + 1;
    taken += next - at;
    if (taken > maxHeaderBytes) {
      fail(fault('headers-too-large', `no response within ${maxHeaderBytes} bytes`));
      return null;
    }
    const text = begun + octets.toString('latin1', at, end === -1 ? next : end);
    at = next;
    begun = end === -1 ? text : '';
    if (end === -1) return null;
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }

  function begin(next: State): void {
    state = next;
    taken = 0;
  }

  function fail(why: Fault): void {
    if (state === 'over') return;
    state = 'over';
    events.broken(why);
  }

  function finish(): void {
    state = 'over';
    events.complete(at < octets.length);
  }

  const steps: Readonly<Record<Exclude<State, 'over'>, () => void>> = {
    head() {
      const text = line();
      if (text === null) {
        if (head.isEmpty() && !couldStart(begun)) fail(malformed('status line'));
      } else if (text !== '') {
        const why = head.add(text);
        if (why !== null) fail(why);
      } else if (!head.isEmpty()) {
        takeHead();
      }
    },
    body: takeBody,
    'chunk-size'() {
      const text = line();
      if (text === null) return;
      const size = CHUNK_SIZE.exec(text)?.[1];
      left = Number.parseInt(size ?? '', 16);
      if (size === undefined) fail(malformed('size of a chunk'));
      else begin(left === 0 ? 'trailer' : 'chunk');
    },
    chunk: takeBody,
    'chunk-end'() {
      const text = line();
      if (text === null) return;
      if (text === '') begin('chunk-size');
      else fail(malformed('end of a chunk'));
    },
    trailer() {
      if (line() === '') finish();
    },
  };

  function takeHead(): void {
    const whole = head.whole();
    if ('reason' in whole) {
      fail(whole);
      return;
    }
    if (whole.status < 200 && whole.status !== SWITCHING_PROTOCOLS) {
      head = createHead(method);
      begin('head');
      events.interim();
      return;
    }
    untilClose = whole.body === 'until-close';
    left = typeof whole.body === 'number' ? whole.body : Number.POSITIVE_INFINITY;
    begin(whole.body === 'chunks' ? 'chunk-size' : 'body');
    events.head(whole);
    if (left === 0) finish();
  }

  function takeBody(): void {
    const part = octets.subarray(at, Math.min(octets.length, at + left));
    at += part.length;
    left -= part.length;
    events.body(part);
    if (left > 0) return;
    if (state === 'chunk') begin('chunk-end');
    else finish();
  }

  return {
    push(came) {
      octets = came;
      at = 0;
      while (state !== 'over' && at < octets.length) steps[state]();
    },
    end() {
      const whole = state === 'body' && untilClose;
      state = 'over';
      return whole;
    },
  };
}

/** Of the first line, as far as it came. Whoever speaks another protocol may wait for an answer to it. */
function couldStart(begun: string): boolean {
  return begun === '\r' || START.startsWith(begun.slice(0, START.length));
}
