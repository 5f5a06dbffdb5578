// Makes dist/rules/ from rules/: JSON files and modules of compiled predicates, in the parts in which commands need them;
// and modules of the compiled schemas of what is read again: results and postern.config.yaml.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCatalogue, predicatesOf } from '../src/catalogue/load.ts';
import { packed } from '../src/catalogue/packed-deployable.ts';
import { readSettingTables } from '../src/catalogue/read-setting-tables.ts';
import { readTlsTables } from '../src/catalogue/read-tls-tables.ts';
import { UsageError } from '../src/model/trouble.ts';
import { predicateModule, schemaModule } from './validator-modules.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const rules = join(root, 'rules');

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return entry.name === 'schema' ? [] : filesBelow(path);
    return entry.name.endsWith('.yaml') ? [path] : [];
  });
}

/** Published schemas, and how what fails them is told. */
const CONTRACTS = {
  result: { strict: false, allowUnionTypes: true, validateFormats: false },
  config: { strict: false, verbose: true, allErrors: true },
};

const schemas = Object.fromEntries(
  readdirSync(join(rules, 'schema')).map((name) => [
    name.replace('.schema.json', ''),
    JSON.parse(readFileSync(join(rules, 'schema', name), 'utf8')),
  ]),
);
const files = filesBelow(rules).map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }));

try {
  const { deployables, rules: ruleList, digest, ...prober } = loadCatalogue(files, { schemas, restricted: false });
  const out = join(root, 'dist', 'rules');
  // Code of the predicates that were there before goes with them.
  for (const folder of [out, join(root, 'dist', 'code')]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const data = {
    rules: { rules: ruleList, digest },
    services: prober,
    deployables: deployables.map(packed),
    schemas,
    'setting-tables': readSettingTables(files),
    'tls-tables': readTlsTables(files),
  };
  for (const [name, part] of Object.entries(data)) writeFileSync(join(out, `${name}.json`), JSON.stringify(part));
  const ofRules = predicatesOf(ruleList);
  const ofServices = predicatesOf(prober).filter(({ key }) => !ofRules.some((known) => known.key === key));
  for (const [name, predicates] of [['rules', ofRules] as const, ['services', ofServices] as const])
    writeFileSync(
      join(out, `${name}-predicates.source.js`),
      predicateModule(predicates, '../../src/catalogue/linear-pattern.ts'),
    );
  for (const [name, options] of Object.entries(CONTRACTS)) {
    const schema = JSON.parse(readFileSync(join(root, 'docs', 'schema', `${name}-1.schema.json`), 'utf8'));
    writeFileSync(join(out, `${name}-validator.source.js`), schemaModule(schema, options));
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
