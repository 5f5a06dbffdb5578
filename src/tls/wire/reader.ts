/**
 * Reads big-endian fields of a byte string. Reading past the end gives zeros and sets `failed`,
 * so that a parser checks once, at its end, instead of at every field.
 */
export interface Reader {
  readonly failed: boolean;
  /** Octets not yet read. */
  readonly left: number;
  uint8(): number;
  uint16(): number;
  uint24(): number;
  uint32(): number;
  bytes(length: number): Uint8Array;
  /** A vector with its length in front (RFC 8446 §3.4); `lengthOctets` is 1, 2 or 3. */
  vector(lengthOctets: 1 | 2 | 3): Uint8Array;
}

const NOTHING = new Uint8Array(0);

export function reader(data: Uint8Array): Reader {
  let at = 0;
  let failed = false;

  const uint = (octets: number): number => {
    if (at + octets > data.length) {
      failed = true;
      at = data.length;
      return 0;
    }
    let value = 0;
    for (let index = 0; index < octets; index += 1) value = value * 256 + (data[at + index] ?? 0);
    at += octets;
    return value;
  };

  const bytes = (length: number): Uint8Array => {
    if (at + length > data.length) {
      failed = true;
      at = data.length;
      return NOTHING;
    }
    at += length;
    return data.subarray(at - length, at);
  };

  return {
    get failed() {
      return failed;
    },
    get left() {
      return data.length - at;
    },
    uint8: () => uint(1),
    uint16: () => uint(2),
    uint24: () => uint(3),
    uint32: () => uint(4),
    bytes,
    vector: (lengthOctets) => bytes(uint(lengthOctets)),
  };
}
