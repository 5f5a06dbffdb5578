export type Decoded =
  | { readonly status: 'ok'; readonly text: string }
  | { readonly status: 'failed'; readonly reason: string };

const LOOKED_AT = 8192;

/** Bytes of a configuration file as text. A byte order mark stays, so that places in the text are places in the file. */
export function decode(bytes: Uint8Array): Decoded {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16(bytes, 'utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { status: 'failed', reason: 'is UTF-16 in big-endian order' };
  if (bytes.subarray(0, LOOKED_AT).includes(0)) return { status: 'failed', reason: 'is no text: it holds NUL bytes' };
  try {
    return { status: 'ok', text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { status: 'failed', reason: 'is not valid UTF-8' };
  }
}

/** What PowerShell writes unless told otherwise. */
function utf16(bytes: Uint8Array, encoding: string): Decoded {
  return { status: 'ok', text: new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes) };
}
