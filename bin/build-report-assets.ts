// Makes src/report/html/assets.generated.ts from the style and the script of the HTML report, which the report embeds:
// a reporter reads no files, and the policy of the page names the hashes of both.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const folder = new URL('../src/report/html/', import.meta.url);

/** What the module should hold. */
export function assetModule(): string {
  const assets = Object.entries({ STYLE: style(), SCRIPT: script() }).flatMap(([name, content]) => {
    if (/<\/(?:style|script)|<!--/i.test(content)) throw new Error(`${name} would end its element`);
    const digest = createHash('sha256').update(content).digest('base64');
    return [`export const ${name} =\n  ${JSON.stringify(content)};`, `export const ${name}_HASH = 'sha256-${digest}';`];
  });
  return `// Made by bin/build-report-assets.ts from page.css and page.js; change those.\n${assets.join('\n')}\n`;
}

function style(): string {
  return readFileSync(new URL('page.css', folder), 'utf8');
}

function script(): string {
  const entryPoints = [fileURLToPath(new URL('page.js', folder))];
  const { outputFiles } = buildSync({ entryPoints, bundle: true, format: 'iife', target: 'es2022', write: false });
  return outputFiles[0]?.text ?? '';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('assets.generated.ts', folder), assetModule());
}
