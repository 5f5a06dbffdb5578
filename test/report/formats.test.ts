import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { FORMATS, REPORTERS } from '../../src/report/formats.ts';

const { cache } = createRequire(import.meta.url);

function tablesAreLoaded(): boolean {
  return Object.keys(cache).some((path) => path.includes('cli-table3'));
}

test('a reporter and what it needs is loaded when it is asked for', async () => {
  assert.equal(tablesAreLoaded(), false);

  await REPORTERS.json();
  await REPORTERS.jsonl();
  assert.equal(tablesAreLoaded(), false);

  await REPORTERS.table();
  assert.equal(tablesAreLoaded(), true);
});

test('every format has a reporter', async () => {
  const reporters = await Promise.all(FORMATS.map((format) => REPORTERS[format]()));

  assert.ok(reporters.every((reporter) => typeof reporter === 'function'));
  assert.deepEqual(FORMATS, [
    'table',
    'json',
    'jsonl',
    'sarif',
    'junit',
    'github',
    'github-summary',
    'gitlab-quality',
    'gitlab-sast',
    'markdown',
    'csv',
    'prometheus',
    'html',
    'ics',
  ]);
});
