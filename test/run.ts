import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { compile } from './compile.ts';

/*
 * Runs every *.test.ts below this folder, or those whose path holds one of the arguments.
 * Written out because Node 20 has no glob for --test.
 */

/** Longest first: those that start real servers, browsers and machines of their own, so that none is left alone at the end. */
const FIRST = ['tls/stacks', 'verify/', 'host/', 'end-to-end/', 'report/browser/', 'tls/', 'services/', 'system/'];

/** Many times what the slowest takes on a busy machine: only a test that waits for what never comes is ended by it. */
const LONGEST_FILE_MS = 600_000;

const here = fileURLToPath(new URL('.', import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(here, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort((a, b) => turn(a) - turn(b) || (a < b ? -1 : 1))
  .map((name) => join(here, name));

function turn(name: string): number {
  const place = FIRST.findIndex((start) => name.startsWith(start));
  return place === -1 ? FIRST.length : place;
}

// What runs is JavaScript already; a stack still names lines of the sources. A test that fails before it closes its
// servers ends all the same: without --test-force-exit its process would stay for as long as they listen.
process.execArgv = ['--enable-source-maps', '--test-force-exit'];
const stream = run({ files: await compile(files), concurrency: 4, timeout: LONGEST_FILE_MS });
stream.on('test:fail', ({ todo }) => {
  if (todo === undefined || todo === false) process.exitCode = 1;
});
if (process.env.CI === 'true') {
  // A skipped test on the machine that decides is a test that does not exist.
  stream.on('test:pass', ({ name, skip }) => {
    if (skip === undefined || skip === false) return;
    process.exitCode = 1;
    process.stderr.write(`skipped under CI: ${name}\n`);
  });
}
stream.compose(new spec()).pipe(process.stdout);
