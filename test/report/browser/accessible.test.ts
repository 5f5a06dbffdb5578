import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import type { AxeResults } from 'axe-core';
import { report, savedResult } from '../documents.ts';
import { closeChromium, openReport, requireChromium } from './chromium.ts';

after(closeChromium);

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The other scheme changes colours and nothing else. */
const COLOURS = `axe.run({ runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } })`;

/** Between them they have every section, and every kind of emptiness. */
const SHOWN = ['empty', 'expired-certificate', 'hostile-banners', 'interrupted', 'ipv6', 'office-sweep'];

for (const name of SHOWN) {
  test(`axe finds nothing in ${name}, light and dark, with everything unfolded`, async (t) => {
    const browser = await requireChromium(t);
    if (browser === null) return;
    const { page, complaints, requests } = await openReport(t, browser, await report(savedResult(name), 'html'), {
      colorScheme: 'light',
    });
    await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
    await page.evaluate(AXE);

    const light = (await page.evaluate('axe.run()')) as AxeResults;
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = (await page.evaluate(COLOURS)) as AxeResults;

    const found = [light, dark].map(({ violations }) =>
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    );
    assert.deepEqual(found, [[], []]);
    assert.deepEqual(complaints, []);
    assert.deepEqual(requests, []);
  });
}

test('axe finds what is wrong, so that the tests above can fail', async (t) => {
  const browser = await requireChromium(t);
  if (browser === null) return;
  const html = (await report(savedResult('office-sweep'), 'html'))
    .replaceAll(/<th /g, '<td ')
    .replace(/ lang="en"/, '')
    .replace('</body>', '<p class="unreadable">unreadable in the dark</p></body>');
  const { page } = await openReport(t, browser, html);
  await page.evaluate(AXE);

  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  // In the dark as well, without another page.
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.evaluate('document.querySelector(".unreadable").style = "color: #222; background: #111"');
  const dark = (await page.evaluate(COLOURS)) as AxeResults;

  assert.ok(violations.some(({ id }) => id === 'html-has-lang'));
  assert.ok(dark.violations.some(({ id, nodes }) => id === 'color-contrast' && nodes[0]?.html.includes('unreadable')));
});
