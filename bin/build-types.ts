// Keeps of dist/types/ what the library's own types lead to, with the extensions that TypeScript looks for.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const types = fileURLToPath(new URL('../dist/types', import.meta.url));
const IMPORT = /(from |import\()(['"])(\.[^'"]*)\.ts\2/g;

const reached = new Set<string>();
const queue = [join(types, 'index.d.ts')];
for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
  if (reached.has(path)) continue;
  reached.add(path);
  const text = readFileSync(path, 'utf8');
  for (const [, , , specifier = ''] of text.matchAll(IMPORT)) {
    const next = resolve(dirname(path), `${specifier}.d.ts`);
    if (existsSync(next)) queue.push(next);
  }
  writeFileSync(path, text.replace(IMPORT, '$1$2$3.js$2'));
}
for (const name of readdirSync(types, { recursive: true, encoding: 'utf8' })) {
  const path = join(types, name);
  if (name.endsWith('.d.ts') && !reached.has(path)) rmSync(path);
}
