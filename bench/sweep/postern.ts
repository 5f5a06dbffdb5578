import type { AdmittedTarget } from '../../src/model/target.ts';
import { nodeClock } from '../../src/system/node-clock.ts';
import type { SweepLimits, SweepProbe } from '../../src/system/ports.ts';
import { chooseSweepEngine } from '../../src/system/sweep-choice.ts';
import { placesOf, type Scenario, scenarioNamed } from './scenarios.ts';

/* One sweep in a process of its own, `postern.js SCENARIO ENGINE [I/N]`: prints the tally. */

const LIMITS: SweepLimits = {
  parallel: 1000,
  perHost: 16,
  rate: 0,
  minTimeoutMs: 100,
  maxTimeoutMs: 1000,
  retries: 1,
};

/** Every `of`th place from the given one on. */
function* probesOf(scenario: Scenario, [share = 1, of = 1]: readonly number[]): Generator<SweepProbe, void> {
  let index = 0;
  for (const { address, port } of placesOf(scenario)) {
    const target = { host: address, address, port, basePath: '' } as unknown as AdmittedTarget;
    if (index % of === share - 1) yield { index, target };
    index += 1;
  }
}

const tally = { open: 0, closed: 0, filtered: 0, unreachable: 0, error: 0, skipped: 0 };
const engine = process.argv[3] === 'native' ? 'native' : 'portable';
const sweeper = await chooseSweepEngine({ engine, probes: Number.POSITIVE_INFINITY, tell }, nodeClock);
await sweeper.sweep(
  probesOf(scenarioNamed(process.argv[2]), (process.argv[4] ?? '1/1').split('/').map(Number)),
  LIMITS,
  {
    open: async (_probe, connection) => connection.discard(),
    settled: (_probe, state) => {
      tally[state] += 1;
    },
    pressure: (reason) => console.error(`short of ${reason}`),
  },
  new AbortController().signal,
);
console.log(JSON.stringify(tally));

function tell(line: string): never {
  throw new Error(line);
}
