import { createHash } from 'node:crypto';

/*
 * The half of ML-KEM (FIPS 203) that a client of TLS needs, so that a server that accepts hybrid groups alone can be read
 * on any release of Node: key generation and decapsulation. Not fit for secrets: ciphertexts are not checked by encrypting
 * again, and the time taken depends on the numbers. Here each key opens one handshake, under which nothing is sent.
 */

/** FIPS 203 §8: rank, width of the noise of a secret, bits that are kept of both parts of a ciphertext. */
const PARAMETERS = {
  512: { k: 2, eta: 3, du: 10, dv: 4 },
  768: { k: 3, eta: 2, du: 10, dv: 4 },
  1024: { k: 4, eta: 2, du: 11, dv: 5 },
} as const;

export type ParameterSet = keyof typeof PARAMETERS;

export interface KemPair {
  readonly publicKey: Uint8Array;
  /** Octets. */
  readonly ciphertextLength: number;
  /** The 32 octets shared with the maker of a ciphertext; null when its length is wrong. */
  decapsulate(ciphertext: Uint8Array): Uint8Array | null;
}

/** 256 coefficients modulo Q; `hat` in names: after the transform. */
type Polynomial = Int32Array;
const Q = 3329;
const N = 256;

/** @param seed 32 random octets, `d` of FIPS 203 */
export function kemPair(set: ParameterSet, seed: Uint8Array): KemPair {
  const { k, eta, du, dv } = PARAMETERS[set];
  const ranks = Array.from({ length: k }, (_, index) => index);
  const seeds = digest('sha3-512', seed, Uint8Array.of(k));
  const rho = seeds.subarray(0, 32);
  const noiseHat = (nonce: number): Polynomial => forward(noise(eta, seeds.subarray(32), nonce));
  const secretHat = ranks.map(noiseHat);
  const keyHat = ranks.map((row) => {
    const matrixRow = ranks.map((column) => uniform(rho, column, row));
    return plus(product(matrixRow, secretHat), noiseHat(k + row));
  });
  const publicKey = concat(...keyHat.map((polynomial) => packed(polynomial, 12)), rho);
  const keyHash = digest('sha3-256', publicKey);

  const maskAt = 32 * du * k;
  const ciphertextLength = maskAt + 32 * dv;
  return {
    publicKey,
    ciphertextLength,
    decapsulate(ciphertext) {
      if (ciphertext.length !== ciphertextLength) return null;
      const shares = ranks.map((rank) => expanded(ciphertext.subarray(32 * du * rank, 32 * du * (rank + 1)), du));
      const mask = inverse(product(secretHat, shares.map(forward)));
      const message = expanded(ciphertext.subarray(maskAt), dv).map((value, index) => {
        const rest = (value - at(mask, index) + Q) % Q;
        return rest > Q / 4 && rest < (3 * Q) / 4 ? 1 : 0;
      });
      return digest('sha3-512', packed(message, 1), keyHash).subarray(0, 32);
    },
  };
}

/** As Kyber was before FIPS 203: one more hash at the end (draft-cfrg-schwabe-kyber, round 3 of NIST's competition). */
export function asKyber(pair: KemPair): KemPair {
  return {
    ...pair,
    decapsulate(ciphertext) {
      const shared = pair.decapsulate(ciphertext);
      return shared && digest('shake256', shared, digest('sha3-256', ciphertext), 32);
    },
  };
}

/** Powers of 17, a root of unity of order 256, in the order of reversed bits (FIPS 203 §4.3). */
const ZETAS = Int32Array.from({ length: N / 2 }, (_, index) => {
  let power = 1;
  for (let bit = 6, factor = 17; bit >= 0; bit -= 1, factor = factor ** 2 % Q)
    if ((index >> bit) & 1) power = (power * factor) % Q;
  return power;
});

/** NTT (FIPS 203 algorithm 9). */
function forward(from: Polynomial): Polynomial {
  const f = from.slice();
  let next = 1;
  for (let half = N / 2; half >= 2; half /= 2)
    for (let start = 0; start < N; start += 2 * half) {
      const zeta = at(ZETAS, next++);
      for (let low = start; low < start + half; low += 1) {
        const turned = (zeta * at(f, low + half)) % Q;
        f[low + half] = (at(f, low) - turned + Q) % Q;
        f[low] = (at(f, low) + turned) % Q;
      }
    }
  return f;
}

/** Its inverse (algorithm 10). */
function inverse(from: Polynomial): Polynomial {
  const f = from.slice();
  let next = N / 2 - 1;
  for (let half = 2; half <= N / 2; half *= 2)
    for (let start = 0; start < N; start += 2 * half) {
      const zeta = at(ZETAS, next--);
      for (let low = start; low < start + half; low += 1) {
        const before = at(f, low);
        f[low] = (before + at(f, low + half)) % Q;
        f[low + half] = (zeta * (at(f, low + half) - before + Q)) % Q;
      }
    }
  return f.map((value) => (value * 3303) % Q);
}

/** Sum of the products of two transformed vectors (algorithms 11 and 12). */
function product(left: readonly Polynomial[], right: readonly Polynomial[]): Polynomial {
  const sum = new Int32Array(N);
  for (const [rank, a] of left.entries()) {
    const b = right[rank] ?? sum;
    for (let even = 0; even < N; even += 2) {
      const odd = even + 1;
      const zeta = at(ZETAS, N / 4 + (even >> 2));
      const gamma = even % 4 === 0 ? zeta : Q - zeta;
      sum[even] = (at(sum, even) + at(a, even) * at(b, even) + ((at(a, odd) * at(b, odd)) % Q) * gamma) % Q;
      sum[odd] = (at(sum, odd) + at(a, even) * at(b, odd) + at(a, odd) * at(b, even)) % Q;
    }
  }
  return sum;
}

function plus(left: Polynomial, right: Polynomial): Polynomial {
  return left.map((value, index) => (value + at(right, index)) % Q);
}

/** SampleNTT (algorithm 7): twelve bits at a time, those below Q. */
function uniform(rho: Uint8Array, column: number, row: number): Polynomial {
  const out = new Int32Array(N);
  let found = 0;
  for (let length = 840; found < N; length *= 2) {
    const octets = digest('shake128', concat(rho, Uint8Array.of(column, row)), new Uint8Array(0), length);
    found = 0;
    for (const value of unpacked(octets, 12)) if (value < Q && found < N) out[found++] = value;
  }
  return out;
}

/** SamplePolyCBD (algorithm 8): how many of `eta` bits are set, less how many of the next. */
function noise(eta: number, sigma: Uint8Array, nonce: number): Polynomial {
  const bits = unpacked(digest('shake256', sigma, Uint8Array.of(nonce), 64 * eta), 1);
  const ones = (start: number): number => bits.subarray(start, start + eta).reduce((sum, bit) => sum + bit, 0);
  return Int32Array.from({ length: N }, (_, index) => (ones(2 * eta * index) - ones(2 * eta * index + eta) + Q) % Q);
}

/** ByteEncode (algorithm 5): the lowest bit first. */
function packed(values: Polynomial, width: number): Uint8Array {
  const out = new Uint8Array((values.length * width) / 8);
  for (let bit = 0; bit < values.length * width; bit += 1)
    if ((at(values, Math.floor(bit / width)) >> (bit % width)) & 1)
      out[bit >> 3] = at(out, bit >> 3) | (1 << (bit & 7));
  return out;
}

/** ByteDecode (algorithm 6). */
function unpacked(octets: Uint8Array, width: number): Polynomial {
  const out = new Int32Array((octets.length * 8) / width);
  for (let bit = 0; bit < out.length * width; bit += 1)
    if ((at(octets, bit >> 3) >> (bit & 7)) & 1)
      out[Math.floor(bit / width)] = at(out, Math.floor(bit / width)) | (1 << (bit % width));
  return out;
}

/** Decompress (FIPS 203 §4.2.1) of what was packed. */
function expanded(octets: Uint8Array, width: number): Polynomial {
  return unpacked(octets, width).map((value) => (value * Q + (1 << (width - 1))) >> width);
}

function digest(
  name: string,
  first: Uint8Array,
  second: Uint8Array = new Uint8Array(0),
  outputLength?: number,
): Uint8Array {
  const hash = createHash(name, outputLength === undefined ? undefined : { outputLength });
  return new Uint8Array(hash.update(first).update(second).digest());
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function at(values: Int32Array | Uint8Array, index: number): number {
  return values[index] ?? 0;
}
