// Makes src/report/html/assets.generated.ts from the style and the script of the HTML report, which the report embeds:
// a reporter reads no files, and the policy of the page names the hashes of both.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('../src/report/html/', import.meta.url);

/** What the module should hold. */
export function assetModule(): string {
  const assets = (
    [
      ['STYLE', 'page.css'],
      ['SCRIPT', 'page.js'],
    ] as const
  ).flatMap(([name, file]) => {
    const content = readFileSync(new URL(file, folder), 'utf8');
    if (/<\/(?:style|script)|<!--/i.test(content)) throw new Error(`${file} would end its element`);
    const digest = createHash('sha256').update(content).digest('base64');
    return [`export const ${name} =\n  ${JSON.stringify(content)};`, `export const ${name}_HASH = 'sha256-${digest}';`];
  });
  return `// Made by bin/build-report-assets.ts from page.css and page.js; change those.\n${assets.join('\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('assets.generated.ts', folder), assetModule());
}
