import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './ports.ts';

export const nodeClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    await delay(ms, undefined, { signal }).catch(() => undefined);
  },
};
