import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

/*
 * What `postern lint` finds in fixtures/lint/<format>/, held against the comments in them: `# expect: <rule>` on the line, or
 * on a line of its own above it where the format has no trailing comments. A file is linted with the others of its stem
 * (`x.service` and `x.service.d/`), a folder as a whole.
 */

const program = fileURLToPath(new URL('../../bin/postern.js', import.meta.url));
const root = fileURLToPath(new URL('../../fixtures/lint/', import.meta.url));
const FORMATS = ['nginx', 'caddyfile', 'haproxy', 'traefik', 'systemd', 'quadlet', 'supervisor'];

for (const format of FORMATS) {
  for (const name of readdirSync(join(root, format)).filter((one) => !one.endsWith('.d'))) {
    test(`${format}/${name} is found to be what its comments say`, () => {
      const paths = readdirSync(join(root, format)).filter((one) => one === name || one === `${name}.d`);

      const { stdout, stderr } = spawnSync(process.execPath, [program, 'lint', '--format', 'json', ...paths], {
        cwd: join(root, format),
        encoding: 'utf8',
      });

      assert.notEqual(stdout, '', stderr);
      const { findings } = JSON.parse(stdout) as { findings: readonly Found[] };
      const found = findings.map(({ rule, location }) => `${location?.file}:${location?.line} ${rule}`);
      assert.deepEqual(found.sort(), paths.flatMap((path) => expected(join(root, format), path)).sort());
    });
  }
}

interface Found {
  readonly rule: string;
  readonly location: { readonly file: string; readonly line: number } | null;
}

function expected(folder: string, path: string): readonly string[] {
  if (statSync(join(folder, path)).isDirectory()) {
    return readdirSync(join(folder, path)).flatMap((name) => expected(folder, join(path, name)));
  }
  return readFileSync(join(folder, path), 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      const [, rules = ''] = /[#;] expect: ([\w, -]+?)\s*$/.exec(line) ?? [];
      const above = /^\s*[#;] expect:/.test(line);
      return rules === '' ? [] : rules.split(', ').map((rule) => `${path}:${index + 1 + (above ? 1 : 0)} ${rule}`);
    });
}
