import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import type { AxeResults } from 'axe-core';
import { report, savedResult } from '../documents.ts';
import { closeChromium, openReport, requireChromium } from './chromium.ts';

after(closeChromium);

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Between them they have every section, and every kind of emptiness. */
const SHOWN = ['empty', 'expired-certificate', 'hostile-banners', 'interrupted', 'ipv6', 'office-sweep'];

for (const name of SHOWN) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`axe finds nothing in ${name}, ${colorScheme}, with everything unfolded`, async (t) => {
      const browser = await requireChromium(t);
      if (browser === null) return;
      const { page, complaints, requests } = await openReport(t, browser, await report(savedResult(name), 'html'), {
        colorScheme,
      });
      await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
      await page.evaluate(AXE);

      const { violations } = (await page.evaluate('axe.run()')) as AxeResults;

      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      assert.deepEqual(found, []);
      assert.deepEqual(complaints, []);
      assert.deepEqual(requests, []);
    });
  }
}

test('axe finds what is wrong, so that the tests above can fail', async (t) => {
  const browser = await requireChromium(t);
  if (browser === null) return;
  const html = (await report(savedResult('office-sweep'), 'html'))
    .replaceAll(/<th /g, '<td ')
    .replace(/ lang="en"/, '');
  const { page } = await openReport(t, browser, html);
  await page.evaluate(AXE);

  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;

  assert.ok(violations.some(({ id }) => id === 'html-has-lang'));
});
