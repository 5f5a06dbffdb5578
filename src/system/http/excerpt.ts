const EXCERPT_BYTES = 80;

/**
 * The first bytes of a peer as one printable ASCII line: `\r`, `\n`, `\t`, `\\` and `\xNN` stand for what is not
 * printable, `...` for what was left out; line ends at the very end go unsaid. Frames of HTTP/2 are named, since gRPC
 * servers send them.
 */
export function excerpt(bytes: Uint8Array): string {
  const lastSaid = bytes.findLastIndex((byte) => byte !== LF && byte !== CR);
  const said = lastSaid === -1 ? bytes : bytes.subarray(0, lastSaid + 1);
  const shown = Array.from(said.subarray(0, EXCERPT_BYTES), escapeByte).join('');
  const text = said.length > EXCERPT_BYTES ? `${shown}...` : shown;
  return isHttp2Frame(bytes) ? `HTTP/2 frames: ${text}` : text;
}

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const BACKSLASH = 0x5c;

function escapeByte(byte: number): string {
  if (byte === LF) return '\\n';
  if (byte === CR) return '\\r';
  if (byte === TAB) return '\\t';
  if (byte === BACKSLASH) return '\\\\';
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** RFC 9113 section 3.4: a server begins with a SETTINGS frame (type 4) on stream 0; entries are six bytes long. */
function isHttp2Frame(bytes: Uint8Array): boolean {
  if (bytes.length < 9) return false;
  const [l0 = 1, l1 = 1, l2 = 1, type, , ...stream] = bytes.subarray(0, 9);
  return l0 === 0 && l1 === 0 && l2 % 6 === 0 && type === 4 && stream.every((byte) => byte === 0);
}
