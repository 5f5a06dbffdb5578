import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nodeClock } from '../../src/system/node-clock.ts';
import type { EngineName } from '../../src/system/ports.ts';
import { chooseSweepEngine } from '../../src/system/sweep-choice.ts';

async function choose(engine: EngineName, probes: number, load?: () => never) {
  const told: string[] = [];
  const { name } = await chooseSweepEngine({ engine, probes, tell: (line) => told.push(line) }, nodeClock, load);
  return { name, told };
}

function notInstalled(): never {
  throw Object.assign(new Error("Cannot find package 'koffi'\nand more"), { code: 'ERR_MODULE_NOT_FOUND' });
}

function broken(): never {
  throw new Error('koffi.node: invalid ELF header');
}

describe('the choice of a sweep engine', () => {
  it('loads nothing native for small sweeps, nor where it is not wanted', async () => {
    const small = await choose('auto', 4095, broken);
    const unwanted = await choose('portable', 1_000_000, broken);

    assert.deepEqual(small, { name: 'portable', told: [] });
    assert.deepEqual(unwanted, { name: 'portable', told: [] });
  });

  it('does without the native engine where it is not installed, and says so only when it was asked for', async () => {
    const automatic = await choose('auto', 1_000_000, notInstalled);
    const asked = await choose('native', 10, notInstalled);

    assert.deepEqual(automatic, { name: 'portable', told: [] });
    assert.deepEqual(asked, {
      name: 'portable',
      told: ["no native engine, using portable: Cannot find package 'koffi'"],
    });
  });

  it('says in one line when the native engine is there and does not load', async () => {
    const result = await choose('auto', 1_000_000, broken);

    assert.deepEqual(result, {
      name: 'portable',
      told: ['no native engine, using portable: koffi.node: invalid ELF header'],
    });
  });
});
