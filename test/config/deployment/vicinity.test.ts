import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldersOf, isNear } from '../../../src/config/deployment/vicinity.ts';

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
    assert.equal(isNear(foldersOf(one), foldersOf(other)), near);
    assert.equal(isNear(foldersOf(other), foldersOf(one)), near);
  });
}
