import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseAnswers } from '../fixtures/lab/answers.ts';
import { startStandIn } from '../fixtures/lab/stand-in.ts';
import { nodeSystem, openCatalogue, REPORTERS, requestListing, scanTargets, toView, UsageError } from '../src/index.ts';
import { PROGRAM_VERSION } from '../src/model/version.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

test('the library scans, and its result goes through the reporters', async () => {
  const { routes } = parseAnswers(read('../fixtures/answers/ollama/open.http'), 'ollama/open.http');
  await using server = await startStandIn(routes);
  const seen: number[] = [];

  const { document, interrupted } = await scanTargets(
    { targets: [`127.0.0.1:${server.port}`], assumeReach: 'lan' },
    await openCatalogue(),
    nodeSystem(),
    ({ settled }) => seen.push(settled),
  );

  assert.equal(interrupted, false);
  assert.equal(document.endpoints[0]?.service?.id, 'ollama');
  assert.equal(document.findings[0]?.rule, 'unauthenticated-endpoint');
  assert.equal(seen.at(-1), 1);
  const json = (await REPORTERS.json())(toView(document), { columns: 80, colour: false, all: false });
  assert.equal(JSON.parse(json).schema, 'postern/result/1');
});

test('what the library is asked wrongly is a usage error', async () => {
  const catalogue = await openCatalogue();

  await assert.rejects(scanTargets({ targets: ['8.8.8.8'] }, catalogue, nodeSystem()), UsageError);
});

test('every request that can be sent is listed once and has a service', async () => {
  const listing = requestListing(await openCatalogue());

  assert.ok(listing.length > 100);
  assert.equal(new Set(listing.map((entry) => JSON.stringify(entry))).size, listing.length);
  assert.ok(
    listing.every(
      ({ kind, method }) => kind === 'gate' || kind === 'protocol' || ['GET', 'HEAD', 'OPTIONS'].includes(method),
    ),
  );
});

test('the version of the program is the version of the package', () => {
  assert.equal(PROGRAM_VERSION, (JSON.parse(read('../package.json')) as { version: string }).version);
});
