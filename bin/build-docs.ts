// Writes the generated parts of docs/. A test holds them to be current.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openCatalogue } from '../src/catalogue/builtin.ts';
import { generatedPages } from './docs/pages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string | null =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null;

for (const [path, text] of await generatedPages(await openCatalogue(), read)) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  if (read(path) !== text) writeFileSync(join(root, path), text);
}
