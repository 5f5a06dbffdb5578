import { concat, uint } from '../wire/bytes.ts';
import { TAG } from './read.ts';

/** One element of DER with its length in the shortest form. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = concat(...parts);
  return concat(Uint8Array.of(tag), lengthOf(body.length), body);
}

function lengthOf(length: number): Uint8Array {
  if (length < 128) return Uint8Array.of(length);
  const octets = length < 256 ? 1 : length < 65_536 ? 2 : length < 16_777_216 ? 3 : 4;
  return concat(Uint8Array.of(0x80 | octets), uint(length, octets));
}

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return element(TAG.sequence, ...parts);
}

/** A non-negative number from its big-endian octets. */
export function integer(octets: Uint8Array): Uint8Array {
  return element(TAG.integer, (octets[0] ?? 0) & 0x80 ? concat(Uint8Array.of(0), octets) : octets);
}

export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(TAG.oid, ...[first * 40 + second, ...rest].map(base128));
}

function base128(arc: number): Uint8Array {
  const octets = [arc & 0x7f];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) octets.unshift((rest & 0x7f) | 0x80);
  return Uint8Array.from(octets);
}

export function utf8(text: string): Uint8Array {
  return element(0x0c, new TextEncoder().encode(text));
}

/** GeneralizedTime, UTC, to the second. */
export function time(date: Date): Uint8Array {
  const text = date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return element(TAG.generalizedTime, new TextEncoder().encode(`${text}Z`));
}

export function bitString(body: Uint8Array): Uint8Array {
  return element(TAG.bitString, Uint8Array.of(0), body);
}
