import { nodeClock } from '../../src/system/node-clock.ts';
import { loadLibc } from '../../src/system/sweep/native/libc.ts';
import { createNativeSweep } from '../../src/system/sweep-native.ts';
import type { CreateEngine } from './sweep-harness.ts';

const libc = await loadLibc();

export const createEngine: CreateEngine = (options) =>
  createNativeSweep({ libc, onFallback, clock: nodeClock, ...options });

/** What the portable engine would do says nothing about this one. */
function onFallback(error: unknown): never {
  throw error;
}
