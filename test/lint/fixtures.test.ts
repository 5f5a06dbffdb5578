import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ResultJson } from '../../src/report/contract.ts';
import { postern } from '../support/command.ts';

/*
 * fixtures/lint/<format>/<rule>.bad.* must give exactly the findings that its `expect:` comments name, on their lines;
 * `<rule>.ok.*` comes close and gives none. A fixture is a file, or a directory that is linted as one tree.
 */

const root = relative(process.cwd(), fileURLToPath(new URL('../../fixtures/lint/', import.meta.url)));

interface Fixture {
  readonly path: string;
  readonly format: string;
  readonly rule: string;
  readonly kind: 'bad' | 'ok';
}

const fixtures: readonly Fixture[] = readdirSync(root)
  .filter((format) => statSync(join(root, format)).isDirectory())
  .flatMap((format) =>
    readdirSync(join(root, format)).flatMap((name): readonly Fixture[] => {
      const [, rule = '', kind] = /^([a-z0-9-]+)\.(bad|ok)(?:\..*)?$/.exec(name) ?? [];
      // What is named otherwise belongs to the test of its format.
      return kind === 'bad' || kind === 'ok' ? [{ path: join(root, format, name), format, rule, kind }] : [];
    }),
  );

/** `file:line rule`, sorted. */
async function found(path: string): Promise<string[]> {
  const { out, err, code } = await postern(['lint', path, '--format', 'json', '--fail-on', 'low']);
  assert.notEqual(code, 4, err);
  const { findings } = JSON.parse(out) as ResultJson;
  return findings
    .filter(({ severity, state }) => severity !== 'info' && state === 'active')
    .map(({ rule, location }) => `${location.file}:${location.line} ${rule}`)
    .sort();
}

function expected(path: string): string[] {
  if (statSync(path).isDirectory())
    return readdirSync(path)
      .flatMap((name) => expected(join(path, name)))
      .sort();
  return readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .flatMap((line, index) => {
      const [, next, rules = ''] = /expect(-next)?: ([a-z0-9, -]+)/.exec(line) ?? [];
      const at = index + (next === undefined ? 1 : 2);
      return rules
        .split(',')
        .map((rule) => rule.replace(/\s*--$/, '').trim())
        .filter((rule) => rule !== '')
        .map((rule) => `${path}:${at} ${rule}`);
    })
    .sort();
}

for (const { path, kind, rule } of fixtures) {
  test(relative(root, path), async () => {
    const wanted = expected(path);

    assert.equal(
      wanted.some((line) => line.endsWith(` ${rule}`)),
      kind === 'bad',
      kind === 'bad' ? 'a bad fixture expects its rule' : 'an ok fixture expects nothing of its rule',
    );
    assert.deepEqual(await found(path), wanted);
  });
}

test('every rule over files has a bad fixture and one that comes close', async (t) => {
  const ids = [...new Set(fixtures.map(({ rule }) => rule))].sort();
  const formats = [...new Set(fixtures.map(({ format }) => format))].sort();
  for (const id of ids) {
    const cells = formats.map((format) => {
      const kinds = fixtures
        .filter((fixture) => fixture.rule === id && fixture.format === format)
        .map(({ kind: of }) => of);
      return `${format}: ${kinds.length === 0 ? '-' : [...new Set(kinds)].sort().join('+')}`;
    });
    t.diagnostic(`${id}  ${cells.join('  ')}`);
  }
  const lacking = ids.filter((id) =>
    (['bad', 'ok'] as const).some((kind) => !fixtures.some((one) => one.rule === id && one.kind === kind)),
  );

  assert.deepEqual(lacking, []);
});
