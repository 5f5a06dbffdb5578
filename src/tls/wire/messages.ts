import { stream } from './stream.ts';

export interface HandshakeMessage {
  readonly type: number;
  readonly body: Uint8Array;
  /** With its header, as it enters the transcript. */
  readonly whole: Uint8Array;
}

export type MessageReading =
  | { readonly status: 'message'; readonly message: HandshakeMessage }
  | { readonly status: 'more' }
  | { readonly status: 'oversized'; readonly length: number };

export interface MessageSource {
  append(piece: Uint8Array): void;
  next(): MessageReading;
}

/** Joins handshake messages that were split over records. A message announced as longer than `maxLength` is not waited for. */
export function messageSource(maxLength: number): MessageSource {
  const data = stream();
  let at = 0;
  return {
    append: (piece) => data.append(piece),
    next() {
      const header = data.view(at, at + 4);
      if (header.length < 4) return { status: 'more' };
      const length = ((header[1] ?? 0) << 16) | ((header[2] ?? 0) << 8) | (header[3] ?? 0);
      if (length > maxLength) return { status: 'oversized', length };
      if (data.length < at + 4 + length) return { status: 'more' };
      const whole = data.view(at, at + 4 + length).slice();
      at += 4 + length;
      return { status: 'message', message: { type: header[0] ?? 0, body: whole.subarray(4), whole } };
    },
  };
}
