import { lookup } from 'node:dns/promises';
import { openEndpoint } from './http/opening.ts';
import { nodeClock } from './node-clock.ts';
import type { Network } from './ports.ts';
import { chooseSweepEngine } from './sweep-choice.ts';

export const nodeNetwork: Network = {
  sweepEngine: (wish) => chooseSweepEngine(wish, nodeClock),
  async resolve(name) {
    try {
      const addresses = await lookup(name, { all: true, order: 'verbatim' });
      return [...new Set(addresses.map(({ address }) => address))];
    } catch {
      return [];
    }
  },
  open: openEndpoint,
};
