/** Above this, products of the arithmetic below would lose bits. */
const LARGEST_SIZE = 2 ** 45;

const ROUNDS = 6;

/**
 * A pseudo-random order of 0 to `size` - 1 that needs no list: place i is visited i-th. Equal seeds give equal orders.
 * Neighbouring places are unrelated numbers, so a sweep in this order spreads over hosts and subnets.
 *
 * The order can be dealt out later: shard k of n takes the places k, k + n, k + 2n …; shards are disjoint, complete
 * and differ by at most one in length.
 *
 * A generalised Feistel network on two near-square halves, walked until it lands inside (Black and Rogaway, "Ciphers
 * with Arbitrary Finite Domains", 2002, sections 4 and 5). It is for spreading load and keeps no secrets.
 *
 * @param size at most 2^45.
 * @param seed any integer; its low 32 bits count.
 * @throws RangeError on a size that is no such number.
 */
export function permutation(size: number, seed: number): (place: number) => number {
  if (!Number.isInteger(size) || size < 0 || size > LARGEST_SIZE) throw new RangeError(`no order of ${size} places`);
  const width = Math.max(1, Math.ceil(Math.sqrt(size)));
  const height = Math.max(1, Math.ceil(size / width));
  const keys = Uint32Array.from({ length: ROUNDS }, (_, round) => mix(seed ^ Math.imul(round + 1, 0x9e37_79b9)));

  function step(place: number): number {
    let left = place % width;
    let right = Math.floor(place / width);
    for (let round = 0; round < ROUNDS; round += 1) {
      // `left` is below `width` in even rounds and below `height` in odd ones.
      const modulus = (round & 1) === 0 ? width : height;
      const next = (left + mix(right ^ (keys[round] ?? 0))) % modulus;
      left = right;
      right = next;
    }
    return right * width + left;
  }

  return (place) => {
    if (!Number.isInteger(place) || place < 0 || place >= size) throw new RangeError(`no place ${place} in ${size}`);
    let value = step(place);
    while (value >= size) value = step(value);
    return value;
  };
}

/** Finaliser of MurmurHash3 (public domain, Austin Appleby): every input bit changes about half of the 32 output bits. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
