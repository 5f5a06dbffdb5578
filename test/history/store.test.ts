import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultStateDirectory, openRunStore } from '../../src/history/store.ts';
import { nodeFiles } from '../../src/system/node-files.ts';
import type { Files } from '../../src/system/ports.ts';
import { temporaryFolder } from '../support/running.ts';
import { run } from './runs.ts';

function counter(): () => number {
  let next = 0;
  return () => next++;
}

test('runs are listed oldest first, whatever the order in which they were kept', async (t) => {
  const store = openRunStore(temporaryFolder(t), nodeFiles, counter());
  await store.prepare();
  for (const day of [3, 1, 2]) await store.save(run({ day }), `{"day":${day}}`);

  const names = await store.names();

  assert.deepEqual(
    names.map((name) => name.slice(0, 8)),
    ['20261101', '20261102', '20261103'],
  );
  assert.deepEqual(await store.read(names[0] ?? ''), { status: 'ok', text: '{"day":1}' });
});

test('what a run found is for its owner only', async (t) => {
  const folder = join(temporaryFolder(t), 'state');
  const store = openRunStore(folder, nodeFiles, counter());
  await store.prepare();

  const path = await store.save(run({ day: 1 }), '{}');

  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
});

test('many runs at the same moment are all kept', async (t) => {
  const store = openRunStore(temporaryFolder(t), nodeFiles, counter());
  await store.prepare();

  await Promise.all(Array.from({ length: 50 }, (_, i) => store.save(run({ day: 1 }), `{"n":${i}}`)));

  const texts = await Promise.all((await store.names()).map((name) => store.read(name)));
  const numbers = texts.map((read) => (read.status === 'ok' ? (JSON.parse(read.text) as { n: number }).n : -1));
  assert.deepEqual(
    numbers.sort((a, b) => a - b),
    Array.from({ length: 50 }, (_, i) => i),
  );
});

test('leavings of a crash and files of others are no runs', async (t) => {
  const folder = temporaryFolder(t);
  const store = openRunStore(folder, nodeFiles, counter());
  await store.prepare();
  await store.save(run({ day: 1 }), '{}');
  const [name = ''] = await store.names();
  writeFileSync(join(folder, 'runs', `${name}.0a1b2c3d4e5f.tmp`), '{"half":');
  writeFileSync(join(folder, 'runs', 'notes.json'), '{}');
  mkdirSync(join(folder, 'runs', 'more'));

  assert.deepEqual(await store.names(), [name]);
});

test('a full disk leaves the runs that are there, and nothing half written', async (t) => {
  const folder = temporaryFolder(t);
  const full: Files = {
    ...nodeFiles,
    write: async () => {
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    },
  };
  const store = openRunStore(folder, nodeFiles, counter());
  await store.prepare();
  await store.save(run({ day: 1 }), '{}');

  await assert.rejects(openRunStore(folder, full, counter()).save(run({ day: 2 }), '{}'), { code: 'ENOSPC' });

  assert.equal(readdirSync(join(folder, 'runs')).length, 1);
});

test('a write that fails for real leaves no temporary file', async (t) => {
  const folder = temporaryFolder(t);
  const target = join(folder, 'there');
  mkdirSync(target);
  chmodSync(target, 0o700);

  await assert.rejects(nodeFiles.write(target, 'text'));

  assert.deepEqual(readdirSync(folder), ['there']);
});

test('a file is replaced whole', async (t) => {
  const path = join(temporaryFolder(t), 'file');
  await nodeFiles.write(path, 'old');

  await nodeFiles.write(path, 'new');

  assert.equal(readFileSync(path, 'utf8'), 'new');
});

test('the oldest runs of a command go when only so many are to be kept', async (t) => {
  const store = openRunStore(temporaryFolder(t), nodeFiles, counter());
  await store.prepare();
  for (const day of [1, 2, 3, 4]) await store.save(run({ day }), '{}');
  await store.save(run({ day: 1, document: { command: 'lint' } }), '{}');

  await store.prune('scan', 2);

  const names = await store.names();
  assert.deepEqual(
    names.map((name) => name.replace(/T\d+Z|-[0-9a-f]{8}\.json/g, '')),
    ['20261101-lint', '20261103-scan', '20261104-scan'],
  );
});

test('state is where XDG says, or below home; a relative path does not count', () => {
  assert.equal(defaultStateDirectory({ XDG_STATE_HOME: '/x', HOME: '/h' }), '/x/postern');
  assert.equal(defaultStateDirectory({ XDG_STATE_HOME: 'x', HOME: '/h' }), '/h/.local/state/postern');
  assert.equal(defaultStateDirectory({}), null);
});
