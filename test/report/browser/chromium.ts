import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { requireProgram } from '../../support/program.ts';

/** Nothing of its own that talks to anybody. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND',
];

/** Before a page counts as hung: machines that run tests are busy. */
export const LONGEST_MS = 120_000;

/** Browsers are slow to start: one for all tests of a file. */
let shared: Promise<Browser> | null = null;

/** Debian's Chromium, or null after marking the test as skipped. {@link closeChromium} ends it. */
export async function requireChromium(t: TestContext): Promise<Browser | null> {
  const executablePath = requireProgram(t, 'chromium');
  if (executablePath === null) return null;
  shared ??= chromium.launch({ executablePath, args: FLAGS });
  return shared;
}

export async function closeChromium(): Promise<void> {
  await (await shared)?.close();
  shared = null;
}

export interface OpenPage {
  readonly page: Page;
  /** Everything the page asked for but itself. */
  readonly requests: readonly string[];
  /** Everything it said to the console, and what it threw. */
  readonly complaints: readonly string[];
}

/** A report as somebody opens it from their disk; closed when the test ends. `hash` goes behind the address. */
export async function openReport(
  t: TestContext,
  browser: Browser,
  html: string,
  { hash = '', ...options }: BrowserContextOptions & { readonly hash?: string } = {},
): Promise<OpenPage> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-page-'));
  const file = join(folder, 'report.html');
  writeFileSync(file, html);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  t.after(async () => {
    await context.close();
    rmSync(folder, { recursive: true });
  });
  const page = await context.newPage();
  const own = pathToFileURL(file).href;
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== own) requests.push(request.url());
  });
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${own}${hash}`, { timeout: LONGEST_MS });
  return { page, requests, complaints };
}
