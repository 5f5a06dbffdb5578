import assert from 'node:assert/strict';
import { it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { loadLibc } from '../../src/system/sweep/native/libc.ts';
import { createNeighbourTables } from '../../src/system/sweep/native/neighbour-tables.ts';
import { createNeighbourWatch } from '../../src/system/sweep/neighbours.ts';
import { compiled } from '../support/compiled.ts';
import { sweepConformance } from './sweep-conformance.ts';

const here = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
if (here) {
  const module = pathToFileURL(compiled('system/sweep-engine-native'));
  const { createEngine } = await import(module.href);
  sweepConformance({ name: 'native sweep', create: createEngine, module });

  it('native sweep: the kernel says of its tables of neighbours what its files say', async () => {
    const tables = createNeighbourTables(await loadLibc());

    const before = tables.overflows();
    const inFiles = createNeighbourWatch().overflows();
    const after = tables.overflows();

    assert(before !== null && after !== null, 'no answer');
    // Containers have no such files.
    const between = inFiles ?? before;
    assert(before <= between && between <= after, `${before}, ${between}, ${after}`);
  });
} else {
  it('native sweep', { skip: 'for Linux on x64 and arm64' }, () => {});
}
