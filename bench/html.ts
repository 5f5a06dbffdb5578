import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { wideSweep } from '../fixtures/lab/wide-sweep.ts';
import { reportHtml } from '../src/report/html.ts';
import { toView } from '../src/report/view.ts';
import { savedResult } from '../test/report/documents.ts';
import { machineFacts } from './machine.ts';
import { formatSpread, type Spread, spreadOf } from './measure.ts';

/*
 * What a report of 10,000 findings costs beside one of 15: making it, the first paint, the whole page, and one filter.
 * Needs Debian's chromium; CHROMIUM names another.
 */

const RUNS = 5;
const MOST = 10_000;
const OPTIONS = { columns: 80, colour: false, all: false };

/** Milliseconds. */
interface Opened {
  readonly firstPaint: number;
  readonly load: number;
  /** From a click on a severity to the frame after the next. */
  readonly filter: number;
}

async function open(browser: Browser, file: string): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    await page.goto(pathToFileURL(file).href, { timeout: 120_000 });
    return (await page.evaluate(`(async () => {
      const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      await frames();
      const box = document.querySelector('[name=severity][value=low]');
      const started = performance.now();
      box.click();
      await frames();
      const filter = performance.now() - started;
      const [paint] = performance.getEntriesByName('first-contentful-paint');
      const [navigation] = performance.getEntriesByType('navigation');
      return { firstPaint: paint.startTime, load: navigation.loadEventEnd, filter };
    })()`)) as Opened;
  } finally {
    await context.close();
  }
}

export async function bench(): Promise<void> {
  const example = savedResult('office-sweep');
  const folder = await mkdtemp(join(tmpdir(), 'postern-bench-'));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const pages = await Promise.all(
      [example.findings.length, MOST].map(async (findings) => {
        const document = wideSweep(example, findings);
        const made = Array.from({ length: RUNS }, () => {
          const started = performance.now();
          const html = reportHtml(toView(document), OPTIONS);
          return { html, ms: performance.now() - started };
        });
        const file = join(folder, `${findings}.html`);
        const html = made[0]?.html ?? '';
        await writeFile(file, html);
        return {
          findings,
          file,
          bytes: Buffer.byteLength(html),
          make: made.map(({ ms }) => ms),
          opened: [] as Opened[],
        };
      }),
    );
    // Alternating, so that both have the same machine.
    for (let run = 0; run < RUNS; run += 1)
      for (const { file, opened } of pages) opened.push(await open(browser, file));
    const results = pages.map(({ findings, bytes, make, opened }) => ({
      findings,
      bytes,
      makeMs: spreadOf(make),
      firstPaintMs: spreadOf(opened.map(({ firstPaint }) => firstPaint)),
      loadMs: spreadOf(opened.map(({ load }) => load)),
      filterMs: spreadOf(opened.map(({ filter }) => filter)),
    }));
    for (const { findings, bytes, ...figures } of results) {
      console.log(`${findings} findings, ${(bytes / 2 ** 20).toFixed(1)} MiB`);
      for (const [name, spread] of Object.entries(figures))
        console.log(`  ${name}: ${formatSpread(spread as Spread, 0)}`);
    }
    const out = fileURLToPath(new URL('results/', import.meta.url));
    await mkdir(out, { recursive: true });
    const report = { machine: machineFacts(), chromium: browser.version(), runs: RUNS, results };
    await writeFile(join(out, 'html.json'), `${JSON.stringify(report, null, 2)}\n`);
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
}
