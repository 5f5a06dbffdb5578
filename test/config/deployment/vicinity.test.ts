import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldersOf, Vicinity } from '../../../src/config/deployment/vicinity.ts';

const CASES: readonly (readonly [string, string, boolean])[] = [
  ['compose.yaml', 'nginx/nginx.conf', true],
  ['deploy/systemd/ollama.service', 'deploy/nginx/sites-available/ollama.conf', true],
  ['stacks/a/compose.yaml', 'nginx.conf', true],
  ['stacks/a/compose.yaml', 'stacks/a/conf/nginx.conf', true],
  ['stacks/a/compose.yaml', 'stacks/b/nginx.conf', false],
  ['stacks/a/compose.yaml', 'stacks/b/nginx/nginx.conf', false],
  ['a/b/c/d/compose.yaml', 'nginx.conf', false],
];

for (const [one, other, near] of CASES) {
  test(`${one} and ${other} are ${near ? '' : 'not '}of one machine`, () => {
    assert.deepEqual(placed(one).near(foldersOf(other)), near ? [one] : []);
    assert.deepEqual(placed(other).near(foldersOf(one)), near ? [other] : []);
  });
}

test('the nearest comes first, then what was written first', () => {
  const vicinity = placed('compose.yaml', 'a/compose.yaml', 'b/compose.yaml', 'a/compose.dev.yaml');

  assert.deepEqual(vicinity.near(['a']), ['a/compose.yaml', 'a/compose.dev.yaml', 'compose.yaml']);
  assert.deepEqual(vicinity.all(['b']), ['b/compose.yaml', 'compose.yaml', 'a/compose.yaml', 'a/compose.dev.yaml']);
});

function placed(...files: readonly string[]): Vicinity<string> {
  const vicinity = new Vicinity<string>();
  for (const file of files) vicinity.add(foldersOf(file), file);
  return vicinity;
}
