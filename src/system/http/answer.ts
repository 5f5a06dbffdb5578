import type { HttpResponse } from '../../model/exchange.ts';
import { decodeContent } from './content-coding.ts';
import type { ResponseHead } from './response-head.ts';

/** Bodies of which at most this is left to come are drained unread rather than paid for with a new connection. */
const TINY_BODY_BYTES = 4096;

const utf8 = new TextDecoder('utf-8');

/** Makes the response of what was read of it. `complete`: `bytes` is the whole body as sent. */
export async function answerOf(
  { status, headers }: ResponseHead,
  bytes: Buffer,
  complete: boolean,
  maxBodyBytes: number,
): Promise<HttpResponse> {
  const coding = contentCoding(headers['content-encoding']);
  if (coding === null || bytes.length === 0) {
    return { status, headers, body: utf8.decode(bytes), truncated: !complete };
  }
  const decoded = await decodeContent(coding, bytes, maxBodyBytes);
  return { status, headers, body: utf8.decode(decoded.bytes), truncated: !(complete && decoded.complete) };
}

export function isTiny({ body }: ResponseHead): boolean {
  return typeof body === 'number' && body <= TINY_BODY_BYTES;
}

/** Server-sent events that can be read as they come. */
export function isEventStream({ headers }: ResponseHead): boolean {
  const type = headers['content-type'] ?? '';
  return /^text\/event-stream\b/i.test(type) && contentCoding(headers['content-encoding']) === null;
}

/** Null when the body is sent as it is. */
function contentCoding(coding: string | undefined): string | null {
  return coding === undefined || /^\s*(identity)?\s*$/i.test(coding) ? null : coding;
}
