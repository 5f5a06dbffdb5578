import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ResultJson } from '../../src/report/contract.ts';
import { postern } from '../support/command.ts';

/*
 * Fixtures that hold more than one rule: whole files of proxies and units, as people write them. What is found must be what
 * their comments say: `expect: <rule>` on the line, `expect-next:` above it where a format has no trailing comments. A file
 * is linted with its drop-ins (`x.service.d/`), a folder as a whole.
 */

const root = relative(process.cwd(), fileURLToPath(new URL('../../fixtures/lint/', import.meta.url)));
const FORMATS = ['nginx', 'caddyfile', 'haproxy', 'traefik', 'systemd', 'quadlet', 'supervisor'];
/** One rule each: those have a test of their own. */
const OF_ONE_RULE = /\.(bad|ok)(\.|$)/;

for (const format of FORMATS) {
  const names = readdirSync(join(root, format)).filter((name) => !OF_ONE_RULE.test(name));
  for (const name of names.filter((one) => !one.endsWith('.d'))) {
    test(`${format}/${name} is found to be what its comments say`, async () => {
      const paths = names.filter((one) => one === name || one === `${name}.d`).map((one) => join(root, format, one));

      const { out, err } = await postern(['lint', '--format', 'json', ...paths]);

      assert.notEqual(out, '', err);
      const { findings } = JSON.parse(out) as ResultJson;
      const found = findings.map(({ rule, location }) => `${location.file}:${location.line} ${rule}`);
      assert.deepEqual(found.sort(), paths.flatMap(expected).sort());
    });
  }
}

function expected(path: string): readonly string[] {
  if (statSync(path).isDirectory()) return readdirSync(path).flatMap((name) => expected(join(path, name)));
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      const [, next, rule] = /expect(-next)?: ([a-z-]+)/.exec(line) ?? [];
      return rule === undefined ? [] : [`${path}:${index + (next === undefined ? 1 : 2)} ${rule}`];
    });
}
