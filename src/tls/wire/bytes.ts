/** Octets of a number, big-endian. */
export function uint(value: number, octets: number): Uint8Array {
  const out = new Uint8Array(octets);
  write(out, 0, value, octets);
  return out;
}

function write(out: Uint8Array, at: number, value: number, octets: number): void {
  for (let index = at + octets - 1, rest = value; index >= at; index -= 1, rest = Math.floor(rest / 256))
    out[index] = rest % 256;
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return joined(0, parts);
}

/** With so many octets free at the beginning. */
function joined(free: number, parts: readonly Uint8Array[]): Uint8Array {
  let length = free;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = free;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** A vector with its length in front (RFC 8446 §3.4). */
export function vector(lengthOctets: 1 | 2 | 3, ...parts: readonly Uint8Array[]): Uint8Array {
  const out = joined(lengthOctets, parts);
  write(out, 0, out.length - lengthOctets, lengthOctets);
  return out;
}

export function uint16s(values: readonly number[]): Uint8Array {
  const out = new Uint8Array(values.length * 2);
  let at = 0;
  for (const value of values) {
    out[at] = value >> 8;
    out[at + 1] = value & 0xff;
    at += 2;
  }
  return out;
}

export function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function hex(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.length).toString('hex');
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, index) => octet === b[index]);
}
