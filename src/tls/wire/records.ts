import { RECORD } from './numbers.ts';
import { stream } from './stream.ts';

export interface TlsRecord {
  readonly type: number;
  readonly version: number;
  readonly body: Uint8Array;
  /** Header and body as they came; the header is what AEAD authenticates in TLS 1.3. */
  readonly header: Uint8Array;
}

export type RecordReading =
  | { readonly status: 'record'; readonly record: TlsRecord }
  | { readonly status: 'more' }
  /** The first octets are not those of a TLS record. */
  | { readonly status: 'foreign' }
  /** A record longer than the protocol allows. */
  | { readonly status: 'oversized' };

export interface RecordSource {
  append(piece: Uint8Array): void;
  next(): RecordReading;
  /** What came first, for telling what else it may be. */
  head(length: number): Uint8Array;
}

/** 2^14 and the most that ciphers may add (RFC 5246 §6.2.3). */
const MAX_BODY = 16384 + 2048;
const HEADER = 5;

export function recordSource(): RecordSource {
  const data = stream();
  let at = 0;
  return {
    append: (piece) => data.append(piece),
    head: (length) => data.view(0, length),
    next() {
      const header = data.view(at, at + HEADER);
      const type = header[0];
      if (type === undefined) return { status: 'more' };
      if (type < RECORD.changeCipherSpec || type > RECORD.applicationData) return { status: 'foreign' };
      if (header.length > 1 && header[1] !== 3) return { status: 'foreign' };
      if (header.length < HEADER) return { status: 'more' };
      const length = ((header[3] ?? 0) << 8) | (header[4] ?? 0);
      if (length > MAX_BODY) return { status: 'oversized' };
      if (data.length < at + HEADER + length) return { status: 'more' };
      const body = data.view(at + HEADER, at + HEADER + length).slice();
      const record = { type, version: ((header[1] ?? 0) << 8) | (header[2] ?? 0), body, header: header.slice() };
      at += HEADER + length;
      return { status: 'record', record };
    },
  };
}
