import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Format, ReportOptions } from '../../src/report/formats.ts';
import { PLAIN, RESULT_NAMES, RESULTS, report, savedResult, withoutAssets } from './documents.ts';

/*
 * What every saved result looks like in every format. UPDATE_GOLDEN=1 writes the files anew; read the difference
 * before it is kept. They end in .txt so that no formatter touches them.
 */

const GOLDEN = new URL('golden/', RESULTS);

const VARIANTS: readonly { readonly suffix: string; readonly format: Format; readonly options: ReportOptions }[] = [
  { suffix: 'json', format: 'json', options: PLAIN },
  { suffix: 'jsonl', format: 'jsonl', options: PLAIN },
  { suffix: 'sarif', format: 'sarif', options: PLAIN },
  { suffix: 'junit', format: 'junit', options: PLAIN },
  { suffix: 'github', format: 'github', options: PLAIN },
  { suffix: 'github-summary', format: 'github-summary', options: PLAIN },
  { suffix: 'gitlab-quality', format: 'gitlab-quality', options: PLAIN },
  { suffix: 'gitlab-sast', format: 'gitlab-sast', options: PLAIN },
  { suffix: 'markdown', format: 'markdown', options: PLAIN },
  { suffix: 'csv', format: 'csv', options: PLAIN },
  { suffix: 'prometheus', format: 'prometheus', options: PLAIN },
  { suffix: 'ics', format: 'ics', options: PLAIN },
  { suffix: 'html', format: 'html', options: PLAIN },
  { suffix: 'table-80', format: 'table', options: PLAIN },
  { suffix: 'table-140', format: 'table', options: { ...PLAIN, columns: 140 } },
  { suffix: 'table-100-colour-all', format: 'table', options: { columns: 100, colour: true, all: true } },
];

for (const name of RESULT_NAMES) {
  for (const { suffix, format, options } of VARIANTS) {
    test(`${name} as ${suffix}`, async () => {
      const file = new URL(`${name}.${suffix}.txt`, GOLDEN);

      const text = withoutAssets(await report(savedResult(name), format, options));

      if (process.env.UPDATE_GOLDEN === '1') {
        mkdirSync(GOLDEN, { recursive: true });
        writeFileSync(file, text);
      }
      assert.equal(text, readFileSync(file, 'utf8'));
    });
  }
}

test('there is no golden file without its result', () => {
  const expected = RESULT_NAMES.flatMap((name) => VARIANTS.map(({ suffix }) => `${name}.${suffix}.txt`));

  assert.deepEqual(readdirSync(GOLDEN).sort(), expected.sort());
});
