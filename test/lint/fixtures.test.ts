import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ResultJson } from '../../src/report/contract.ts';
import { postern } from '../support/command.ts';
import { cells, ELSEWHERE, EXCEPTIONS, FORMATS, RULES } from './matrix.ts';

/*
 * Everything in fixtures/lint/<format>/ must give exactly the findings that its comments name: `expect: <rule>` on the
 * line, `expect-next:` above it. `near: <rule>` says that a line comes close to a rule and is none of its findings. A
 * fixture is a file (with its drop-ins, `x.service.d/`), or a directory that is linted as one tree. `<rule>.bad.*` is about
 * one rule, and `<rule>.ok.*` comes close to it.
 */

const root = relative(process.cwd(), fileURLToPath(new URL('../../fixtures/lint/', import.meta.url)));

interface Fixture {
  readonly name: string;
  readonly format: string;
  readonly paths: readonly string[];
}

const fixtures: readonly Fixture[] = readdirSync(root)
  .filter((format) => statSync(join(root, format)).isDirectory())
  .flatMap((format) => {
    const names = readdirSync(join(root, format));
    return names
      .filter((name) => !name.endsWith('.d'))
      .map((name) => ({
        name,
        format,
        paths: names.filter((one) => one === name || one === `${name}.d`).map((one) => join(root, format, one)),
      }));
  });

/** `file:line rule`, sorted. */
async function found(paths: readonly string[]): Promise<string[]> {
  const { out, err, code } = await postern(['lint', ...paths, '--format', 'json', '--fail-on', 'low']);
  assert.notEqual(code, 4, err);
  const { findings } = JSON.parse(out) as ResultJson;
  return findings
    .filter(({ severity, state }) => severity !== 'info' && state === 'active')
    .map(({ rule, location }) => `${location.file}:${location.line} ${rule}`)
    .sort();
}

/** `file:line rule` of the comments that begin with that word. */
function said(word: 'expect' | 'near', path: string): string[] {
  if (statSync(path).isDirectory()) return readdirSync(path).flatMap((name) => said(word, join(path, name)));
  const comment = new RegExp(`\\b${word}(-next)?: ([a-z0-9, -]+)`);
  return readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .flatMap((line, index) => {
      const [, next, rules = ''] = comment.exec(line) ?? [];
      const at = index + (next === undefined ? 1 : 2);
      return rules
        .split(',')
        .map((rule) => rule.replace(/\s*--$/, '').trim())
        .filter((rule) => rule !== '')
        .map((rule) => `${path}:${at} ${rule}`);
    });
}

const OF_ONE_RULE = /^([a-z0-9-]+)\.(bad|ok)(?:\.|$)/;

for (const { name, format, paths } of fixtures) {
  test(`${format}/${name}`, async () => {
    const wanted = paths.flatMap((path) => said('expect', path)).sort();
    const near = paths.flatMap((path) => said('near', path));
    const [, rule, kind] = OF_ONE_RULE.exec(name) ?? [];

    assert.deepEqual(
      near.filter((line) => wanted.includes(line)),
      [],
      'what comes close is not expected',
    );
    if (kind !== undefined)
      assert.equal(
        wanted.some((line) => line.endsWith(` ${rule}`)),
        kind === 'bad',
      );
    assert.deepEqual(await found(paths), wanted);
  });
}

test('every rule has, in every format where it can occur, a fixture that is found and one that comes close', () => {
  const has = new Set(
    fixtures.flatMap(({ name, format, paths }) => {
      const rules = (word: 'expect' | 'near') =>
        paths.flatMap((path) => said(word, path).map((line) => line.split(' ')[1]));
      const [, rule, kind] = OF_ONE_RULE.exec(name) ?? [];
      return [
        ...rules('expect').map((one) => `${one} ${format} found`),
        ...[...rules('near'), ...(kind === 'ok' ? [rule] : [])].map((one) => `${one} ${format} near`),
      ];
    }),
  );
  const excused = ({ rule, format }: { rule: string; format: string }): boolean =>
    EXCEPTIONS.some(({ rules, formats }) => rules.includes(rule) && formats.includes(format));
  const holes = cells().flatMap((cell) =>
    (['found', 'near'] as const)
      .map((kind) => `${cell.rule} ${cell.format} ${kind}`)
      .filter((hole) => !has.has(hole) && !excused(cell)),
  );
  const surplus = [...has].filter((one) => {
    const [rule = '', format = ''] = one.split(' ');
    return !cells().some((cell) => cell.rule === rule && cell.format === format);
  });

  assert.deepEqual(holes, []);
  assert.deepEqual(surplus, [], 'the tables of the matrix do not know of these');
  assert.deepEqual(
    [...new Set(fixtures.map(({ format }) => format))].filter((format) => !(format in FORMATS)),
    [],
  );
  assert.deepEqual(
    rulesOverFiles().filter((id) => !(id in RULES) && !(id in ELSEWHERE)),
    [],
    'rules that the tables leave out',
  );
});

/** Those of subjects that only files have, and those that say something of their own about files. */
function rulesOverFiles(): string[] {
  return readdirSync('rules', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^(schema|services|tables)$/.test(entry.name))
    .flatMap(({ name: subject }) =>
      readdirSync(join('rules', subject)).flatMap((name) => {
        const text = readFileSync(join('rules', subject, name), 'utf8');
        const only = /^(setting|client|credential)$/.test(subject);
        return only || /^declared:/m.test(text) ? [name.replace(/\.yaml$/, '')] : [];
      }),
    );
}
