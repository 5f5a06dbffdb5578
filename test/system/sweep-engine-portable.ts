import { nodeClock } from '../../src/system/node-clock.ts';
import { createPortableSweep } from '../../src/system/sweep-portable.ts';
import type { CreateEngine } from './sweep-harness.ts';

export const createEngine: CreateEngine = (options) => createPortableSweep({ clock: nodeClock, ...options });
