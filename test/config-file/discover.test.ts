import assert from 'node:assert/strict';
import { test } from 'node:test';
import { discoverConfig } from '../../src/config-file/discover.ts';
import type { System } from '../../src/system/ports.ts';

const ME = 1000;

/** A working directory four levels deep, with the given files seen from it and their owners. */
function place(present: Readonly<Record<string, number>>, userId: number | null = ME) {
  return {
    files: {
      exists: async (path: string) => path in present,
      owner: async (path: string) => (path === '.' ? (present['.'] ?? ME) : (present[path] ?? null)),
    },
    host: { workingDirectory: () => '/home/me/repository/deploy', userId: () => userId },
  } as unknown as Pick<System, 'files' | 'host'>;
}

test('the nearest file counts', async () => {
  const { path } = await discoverConfig(
    place({ '../postern.config.yaml': ME, '../../postern.config.yaml': ME, '../../.git': ME }),
  );

  assert.equal(path, '../postern.config.yaml');
});

test('the directory that holds .git is the last', async () => {
  const { path, end } = await discoverConfig(place({ '../.git': ME, '../../postern.config.yaml': ME }));

  assert.equal(path, null);
  assert.deepEqual(end, { directory: '..', why: 'repository' });
});

test('a file beside .git counts', async () => {
  const { path } = await discoverConfig(place({ '../.git': ME, '../postern.config.yml': ME }));

  assert.equal(path, '../postern.config.yml');
});

test('without a repository the search ends at the root', async () => {
  const { path, end } = await discoverConfig(place({}));

  assert.equal(path, null);
  assert.deepEqual(end, { directory: '../../../..', why: 'root' });
});

test('two files in one place are an error', async () => {
  await assert.rejects(discoverConfig(place({ 'postern.config.yaml': ME, 'postern.config.yml': ME })), {
    message: 'postern.config.yaml and postern.config.yml: expected only one of them',
  });
});

test('what a stranger left above the working directory is not taken by itself', async () => {
  await assert.rejects(discoverConfig(place({ '../../postern.config.yaml': 4242 })), {
    message: /^\.\.\/\.\.\/postern\.config\.yaml: belongs to another user/,
  });
});

for (const [name, present, userId] of [
  ['of root', { '../postern.config.yaml': 0 }, ME],
  ['of whom the working directory belongs to', { '../postern.config.yaml': 1001, '.': 1001 }, ME],
  ['of a stranger in the working directory itself', { 'postern.config.yaml': 4242 }, ME],
  ['where users have no numbers', { '../postern.config.yaml': 0 }, null],
] as const) {
  test(`a file ${name} counts`, async () => {
    const { path } = await discoverConfig(place(present, userId));

    assert.match(path ?? '', /postern\.config\.yaml$/);
  });
}
