// Makes dist/rules/ from rules/: one JSON file and one module of compiled predicates.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { predicateModule } from '../src/catalogue/compile.ts';
import { loadCatalogue, predicatesOf } from '../src/catalogue/load.ts';
import { readSettingTables } from '../src/catalogue/read-setting-tables.ts';
import { readTlsTables } from '../src/catalogue/read-tls-tables.ts';
import { UsageError } from '../src/model/trouble.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const rules = join(root, 'rules');

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return entry.name === 'schema' ? [] : filesBelow(path);
    return entry.name.endsWith('.yaml') ? [path] : [];
  });
}

const schemas = Object.fromEntries(
  readdirSync(join(rules, 'schema')).map((name) => [
    name.replace('.schema.json', ''),
    JSON.parse(readFileSync(join(rules, 'schema', name), 'utf8')),
  ]),
);
const files = filesBelow(rules).map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }));

try {
  const { deployables, ...content } = loadCatalogue(files, { schemas, restricted: false });
  const out = join(root, 'dist', 'rules');
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'catalogue.json'), JSON.stringify({ ...content, schemas }));
  // Apart: a scan reads nothing of it, and a linter little else.
  writeFileSync(join(out, 'deployables.json'), JSON.stringify(deployables));
  writeFileSync(join(out, 'setting-tables.json'), JSON.stringify(readSettingTables(files)));
  writeFileSync(join(out, 'tls-tables.json'), JSON.stringify(readTlsTables(files)));
  writeFileSync(
    join(out, 'predicates.source.js'),
    predicateModule(predicatesOf(content), '../../src/catalogue/linear-pattern.ts'),
  );
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
