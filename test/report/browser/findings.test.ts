import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { wideSweep } from '../../../fixtures/lab/wide-sweep.ts';
import { report, savedResult } from '../documents.ts';
import { closeChromium, LONGEST_MS, openReport, requireChromium } from './chromium.ts';

after(closeChromium);

const OFFICE = savedResult('office-sweep');
const office = await report(OFFICE, 'html');

/** What somebody sees of the list. */
async function rows(page: Page): Promise<{ severity: string; place: string; rule: string }[]> {
  return page.locator('.finding:visible').evaluateAll((items) =>
    items.map((item) => ({
      severity: item.querySelector('.badge')?.textContent ?? '',
      place: item.querySelector('.where .place')?.textContent ?? '',
      rule: item.querySelector('.what code')?.textContent ?? '',
    })),
  );
}

/** The list follows its controls with the next frame. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate('new Promise((done) => requestAnimationFrame(done))');
}

async function shown(page: Page): Promise<string> {
  return (await page.locator('#shown').textContent()) ?? '';
}

test('a severity can be taken out and put back', async (t) => {
  const browser = await requireChromium(t);
  if (browser === null) return;
  const { page } = await openReport(t, browser, office);
  const all = await rows(page);
  assert.equal(all.length, OFFICE.findings.length);

  await page.locator('.tick .low').click();
  await page.locator('#shown', { hasNotText: /^15 / }).waitFor();
  const without = await rows(page);
  await page.locator('.tick .low').click();
  await page.locator('#shown', { hasText: /^15 / }).waitFor();

  assert.deepEqual(
    without,
    all.filter(({ severity }) => severity !== 'low'),
  );
  assert.ok(without.length < all.length);
  assert.deepEqual(await rows(page), all);
});

test('rule, service, state and words narrow the list together, and reset takes it all back', async (t) => {
  const browser = await requireChromium(t);
  if (browser === null) return;
  const { page } = await openReport(t, browser, office);
  const { rule, location } = OFFICE.findings[0] ?? { rule: '', location: {} };

  await page.locator('select[name=rule]').selectOption(rule);
  await page.locator('input[name=text]').fill(`${location.host} HTTP`);
  await page.locator('#shown', { hasText: /^1 / }).waitFor();
  const one = await rows(page);
  await page.locator('input[name=text]').fill('no such words');
  await page.locator('#nothing-shown').waitFor({ state: 'visible' });
  const none = await rows(page);
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.locator('#nothing-shown').waitFor({ state: 'hidden' });

  assert.deepEqual(
    one.map((row) => row.rule),
    [rule],
  );
  assert.deepEqual(none, []);
  assert.equal(await shown(page), '15 of 15 shown');
});

test('findings are sorted by place as numbers, and by severity again', async (t) => {
  const browser = await requireChromium(t);
  if (browser === null) return;
  const { page } = await openReport(t, browser, office);
  const before = await rows(page);

  await page.locator('select[name=sort]').selectOption('place');
  await drawn(page);
  const byPlace = (await rows(page)).map(({ place }) => place);
  await page.locator('select[name=sort]').selectOption('severity');
  await drawn(page);

  const numbers = byPlace.filter((place) => place.startsWith('192.')).map((place) => place.split(/[.:/]/).map(Number));
  const sorted = numbers.toSorted((a, b) => (a[3] ?? 0) - (b[3] ?? 0) || (a[4] ?? 0) - (b[4] ?? 0));
  assert.ok(numbers.length > 5);
  assert.deepEqual(numbers, sorted);
  assert.deepEqual(await rows(page), before);
});

test('a tile shows its severity alone', async (t) => {
  const browser = await requireChromium(t);
  if (browser === null) return;
  const { page } = await openReport(t, browser, office);

  await page.locator('.tiles [data-show=high]').click();
  await page.locator('#shown', { hasNotText: /^15 / }).waitFor();

  const severities = new Set((await rows(page)).map(({ severity }) => severity));
  assert.deepEqual([...severities], ['high']);
});

test('a link to a finding opens it and brings it into sight, also when a filter hides it', async (t) => {
  const browser = await requireChromium(t);
  if (browser === null) return;
  const last = OFFICE.findings.find(({ severity }) => severity === 'low');
  assert.ok(last);
  const id = `finding-${last.fingerprint}`;
  const { page } = await openReport(t, browser, office, { hash: `#${id}` });

  const body = page.locator(`[id="${id}"]`);
  await body.waitFor({ state: 'visible' });
  const first = await body.isVisible();
  await page.evaluate('location.hash = ""');
  await page.locator('.tick .low').click();
  await body.waitFor({ state: 'hidden' });
  await page.evaluate(`location.hash = '${id}'`);
  await body.waitFor({ state: 'visible' });

  assert.equal(first, true);
  const box = await body.boundingBox();
  assert.ok(box !== null && box.y > 0 && box.y < 900, JSON.stringify(box));
});

test('the keyboard goes from finding to finding, opens one and clears the search', async (t) => {
  const browser = await requireChromium(t);
  if (browser === null) return;
  const { page } = await openReport(t, browser, office);
  const focused = () =>
    page.evaluate('[...document.querySelectorAll(".finding summary")].indexOf(document.activeElement)');

  await page.locator('.finding summary').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const third = await focused();
  await page.keyboard.press('ArrowUp');
  const second = await focused();
  await page.keyboard.press('Enter');
  const open = await page.locator('.finding').nth(1).locator('details').getAttribute('open');
  await page.locator('input[name=text]').fill('ollama');
  await page.locator('input[name=text]').press('Escape');

  assert.deepEqual([third, second, open], [2, 1, '']);
  assert.equal(await page.locator('input[name=text]').inputValue(), '');
  assert.equal(await shown(page), '15 of 15 shown');
});

test('a fix is copied as it stands', async (t) => {
  const browser = await requireChromium(t);
  if (browser === null) return;
  const { page } = await openReport(t, browser, office, { permissions: ['clipboard-read', 'clipboard-write'] });
  const item = page.locator('.finding').first();
  await item.locator('summary').click();
  const fix = (await item.locator('pre.fix').textContent())?.replace(/^Copy/, '');

  await item.getByRole('button', { name: 'Copy' }).click();
  await item.getByRole('button', { name: 'Copied' }).waitFor();

  assert.equal(await page.evaluate('navigator.clipboard.readText()'), fix);
});

test('without JavaScript everything is there, and a link opens its finding', async (t) => {
  const browser = await requireChromium(t);
  if (browser === null) return;
  const fingerprint = OFFICE.findings[0]?.fingerprint ?? '';
  const { page, requests, complaints } = await openReport(t, browser, office, {
    javaScriptEnabled: false,
    hash: `#finding-${fingerprint}`,
  });

  assert.equal(await page.locator('.finding').count(), OFFICE.findings.length);
  assert.equal(await page.locator('#controls').isVisible(), false);
  assert.equal(await page.locator(`[id="finding-${fingerprint}"]`).isVisible(), true);
  assert.deepEqual([requests, complaints], [[], []]);
});

test('ten thousand findings are searched, sorted, turned over and linked to like ten', async (t) => {
  const browser = await requireChromium(t);
  if (browser === null) return;
  const document = wideSweep(OFFICE, 10_000);
  const wanted = document.findings[5000]?.location.host ?? '';
  const last = document.findings.at(-1)?.fingerprint ?? '';
  const { page, requests, complaints } = await openReport(t, browser, await report(document, 'html'));
  page.setDefaultTimeout(LONGEST_MS);
  // The page chooses anew before the next frame is drawn; what is read afterwards is the new choice.
  const put = (name: string, value: string) =>
    page.evaluate(`new Promise((chosen) => {
      const field = document.querySelector('[name=${name}]');
      field.value = '${value}';
      field.dispatchEvent(new Event('input', { bubbles: true }));
      requestAnimationFrame(() => requestAnimationFrame(chosen));
    })`);
  const listed = () => page.locator('.finding').count();
  const atStart = [await shown(page), await listed()];

  await page.locator('#findings').getByRole('button', { name: 'Later' }).click();
  const range = await page.locator('#findings .pages span').textContent();
  const second = await listed();
  await put('text', `${wanted} high confidence`);
  const found = [await shown(page), await listed(), await page.locator('#findings .pages').isVisible()];
  await put('text', '');
  await put('sort', 'place');
  const [first] = await page.locator('.where .place').allTextContents();
  await page.evaluate(`location.hash = 'finding-${last}'`);
  await page.locator(`details[open] > [id="finding-${last}"]`).waitFor({ state: 'attached' });

  const expected = document.findings.filter(
    ({ location, confidence }) => location.host === wanted && confidence === 'high',
  ).length;
  assert.ok(expected > 0);
  assert.deepEqual(atStart, ['10,000 of 10,000 fit, 500 on a page', 500]);
  assert.deepEqual([range, second], ['501 to 1,000 of 10,000', 500]);
  assert.deepEqual(found, [`${expected} of 10,000 shown`, expected, false]);
  assert.match(String(first), /^10\.0\.0\./);
  assert.deepEqual([requests, complaints], [[], []]);
});

test('a long table of endpoints is turned over, opens where a link leads, and is whole on paper', async (t) => {
  const browser = await requireChromium(t);
  if (browser === null) return;
  const html = await report(wideSweep(OFFICE, 1200), 'html');
  const { page } = await openReport(t, browser, html, { hash: '#endpoint-390' });
  const rows = () => page.locator('table.endpoints tbody tr').count();
  await page.locator('#endpoint-390').waitFor({ state: 'visible' });
  const linked = [await page.locator('#endpoints .pages span').textContent(), await rows()];

  await page.locator('#endpoints').getByRole('button', { name: 'Earlier' }).click();
  const earlier = await rows();
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  const printed = [await page.locator('.finding details[open]').count(), await rows()];
  await page.evaluate("dispatchEvent(new Event('afterprint'))");

  assert.deepEqual(linked, ['301 to 400 of 400', 100]);
  assert.equal(earlier, 300);
  assert.deepEqual(printed, [1200, 400]);
  assert.deepEqual([await page.locator('.finding').count(), await rows()], [500, 300]);
});
