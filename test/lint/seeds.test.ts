import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { FindingJson, ResultJson } from '../../src/report/contract.ts';
import { postern } from '../support/command.ts';

/*
 * Deployments as guides write them, in our own words. `expect:` comments name what must be found and where;
 * docs/lint-seeds.md is the table of it, and is held against what the program says.
 */

const root = relative(process.cwd(), fileURLToPath(new URL('../../fixtures/lint-seeds/', import.meta.url)));
const trees = readdirSync(root).sort();

async function lint(tree: string): Promise<readonly FindingJson[]> {
  const { out } = await postern(['lint', join(root, tree), '--format', 'json', '--fail-on', 'low']);
  return (JSON.parse(out) as ResultJson).findings;
}

function expected(tree: string): string[] {
  return readdirSync(join(root, tree))
    .flatMap((name) =>
      readFileSync(join(root, tree, name), 'utf8')
        .split('\n')
        .flatMap((line, index) => {
          const [, next, rules] = /expect(-next)?: ([a-z0-9, -]+)/.exec(line) ?? [];
          const at = index + (next === undefined ? 1 : 2);
          return rules === undefined ? [] : rules.split(',').map((rule) => `${name}:${at} ${rule.trim()}`);
        }),
    )
    .sort();
}

for (const tree of trees) {
  test(`${tree}: exactly what is expected`, async () => {
    const found = (await lint(tree)).map(
      ({ rule, location }) => `${location.file?.split('/').at(-1)}:${location.line} ${rule}`,
    );

    assert.deepEqual(found.sort(), expected(tree));
  });
}

test('docs/lint-seeds.md says what is found', async () => {
  const page = readFileSync('docs/lint-seeds.md', 'utf8');
  const rows = (
    await Promise.all(
      trees.map(async (tree) =>
        (
          await lint(tree)
        ).map(({ rule, severity, confidence, location }) => {
          const place = `${tree}/${location.file?.split('/').at(-1)}:${location.line}`;
          return `\`${place}\` ${rule} ${severity} ${confidence}`;
        }),
      ),
    )
  ).flat();
  const shown = page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, 5)
        .map((cell) => cell.trim())
        .join(' '),
    );

  assert.deepEqual(shown.sort(), rows.sort());
});
