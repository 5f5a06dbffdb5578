import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

export interface Decoded {
  readonly bytes: Buffer;
  /** False when it went on after the cap, was damaged or cut short. */
  readonly complete: boolean;
}

/**
 * Undoes one content coding (RFC 9110 section 8.4.1) and keeps at most `maxBytes` of the result, so that a
 * compression bomb costs no more than a plain body. Codings that are unknown or stacked give nothing.
 */
export function decodeContent(coding: string, coded: Buffer, maxBytes: number): Promise<Decoded> {
  const decoder = decoderFor(coding.trim().toLowerCase(), coded);
  if (decoder === null) return Promise.resolve({ bytes: Buffer.alloc(0), complete: false });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (complete: boolean): void => {
      decoder.destroy();
      resolve({ bytes: Buffer.concat(chunks).subarray(0, maxBytes), complete });
    };
    decoder.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) settle(false);
    });
    decoder.on('error', () => settle(false));
    decoder.on('end', () => settle(true));
    decoder.end(coded);
  });
}

function decoderFor(coding: string, coded: Buffer): Transform | null {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return hasZlibHeader(coded) ? createInflate() : createInflateRaw();
    case 'br':
      return createBrotliDecompress();
    default:
      return null;
  }
}

/** Some servers send raw deflate data; RFC 1950 section 2.2 tells the two apart. */
function hasZlibHeader(coded: Buffer): boolean {
  return coded.length >= 2 && ((coded[0] ?? 0) & 0x0f) === 8 && coded.readUInt16BE(0) % 31 === 0;
}
