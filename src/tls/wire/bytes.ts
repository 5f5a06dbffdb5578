/** Octets of a number, big-endian. */
export function uint(value: number, octets: number): Uint8Array {
  const out = new Uint8Array(octets);
  for (let index = octets - 1, rest = value; index >= 0; index -= 1, rest = Math.floor(rest / 256))
    out[index] = rest % 256;
  return out;
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** A vector with its length in front (RFC 8446 §3.4). */
export function vector(lengthOctets: 1 | 2 | 3, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = concat(...parts);
  return concat(uint(body.length, lengthOctets), body);
}

export function uint16s(values: readonly number[]): Uint8Array {
  const out = new Uint8Array(values.length * 2);
  for (const [index, value] of values.entries()) {
    out[index * 2] = value >> 8;
    out[index * 2 + 1] = value & 0xff;
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
