import type { IncomingMessage } from 'node:http';
import type { HttpResponse } from '../../model/exchange.ts';
import { decodeContent } from './content-coding.ts';

/** Bodies of which at most this is left to come are drained unread rather than paid for with a new connection. */
const TINY_BODY_BYTES = 4096;

const utf8 = new TextDecoder('utf-8');

/** Makes the response of what was read of it. `complete`: `bytes` is the whole body as sent. */
export async function answerOf(
  message: IncomingMessage,
  bytes: Buffer,
  complete: boolean,
  maxBodyBytes: number,
): Promise<HttpResponse> {
  const status = message.statusCode ?? 0;
  const headers = headersOf(message.rawHeaders);
  const coding = contentCoding(headers['content-encoding']);
  if (coding === null || bytes.length === 0) {
    return { status, headers, body: utf8.decode(bytes), truncated: !complete };
  }
  const decoded = await decodeContent(coding, bytes, maxBodyBytes);
  return { status, headers, body: utf8.decode(decoded.bytes), truncated: !(complete && decoded.complete) };
}

/** RFC 9112 section 6.3. */
export function hasNoBody(message: IncomingMessage, method: string): boolean {
  const status = message.statusCode ?? 0;
  return method === 'HEAD' || status === 204 || status === 304 || message.headers['content-length'] === '0';
}

export function isTiny(message: IncomingMessage, method: string): boolean {
  return hasNoBody(message, method) || Number(message.headers['content-length']) <= TINY_BODY_BYTES;
}

/** Server-sent events that can be read as they come. */
export function isEventStream(message: IncomingMessage): boolean {
  const type = message.headers['content-type'] ?? '';
  return /^text\/event-stream\b/i.test(type) && contentCoding(message.headers['content-encoding']) === null;
}

/** Null when the body is sent as it is. */
function contentCoding(coding: string | undefined): string | null {
  return coding === undefined || /^\s*(identity)?\s*$/i.test(coding) ? null : coding;
}

function headersOf(raw: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    if (Object.hasOwn(headers, name)) headers[name] += `, ${value}`;
    // An assignment would set the prototype instead.
    else if (name === '__proto__') Object.defineProperty(headers, name, { value, ...PLAIN });
    else headers[name] = value;
  }
  return headers;
}

const PLAIN = { enumerable: true, writable: true, configurable: true };
