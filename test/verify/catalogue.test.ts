import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { answersOf } from '../support/answers.ts';
import { builtinCatalogue } from '../support/prober.ts';
import { assertHarmless, gated, verify } from '../support/verify.ts';

/*
 * Every recorded service with everything open, behind a gate that wants a key on every path, in the header in which
 * that service wants it: each must come out proved, within the requests of one run and with none left untried.
 */

const KEY = 'key-of-the-owner-0123456789';
const ANSWERS = new URL('../../fixtures/answers/', import.meta.url);
const BUDGET = 80;

/** What is open all over; older releases and other states are the scan's business. */
const OPEN = readdirSync(ANSWERS).flatMap((service) => {
  const files = readdirSync(new URL(`${service}/`, ANSWERS)).filter((name) =>
    /(^|-)(open|no-auth|none)\.http$/.test(name),
  );
  const newest = files.sort().at(-1);
  return newest === undefined ? [] : [{ service, file: `${service}/${newest}` }];
});

/** Protocols that answer a POST are asked by scan; and where a page tells the key itself there is nothing to prove. */
const UNPROVABLE = new Set(['mcp']);

for (const { service, file } of OPEN) {
  if (UNPROVABLE.has(service)) continue;
  test(`${file} behind a key`, async (t) => {
    const { verify: how } = (await builtinCatalogue()).services.find(({ id }) => id === service) ?? {};
    const shown = how?.scheme ? `${how.scheme} ${KEY}` : KEY;
    const server = await gated(t, answersOf(file), ({ headers }) => headers[how?.header ?? ''] === shown);

    // Who sees nothing of the service cannot know where it wants its key.
    const usual = how?.header === 'authorization' && how.scheme === 'Bearer';
    const place = ['--key-header', how?.header ?? '', '--key-scheme', how?.scheme ?? ''];
    const { code, rules, rows, broken, result } = await verify(
      `http://127.0.0.1:${server.port}/`,
      ['--key-env', 'AI_KEY', ...(usual ? [] : place)],
      { AI_KEY: KEY },
    );

    assert.equal(result.endpoints[0]?.service?.id, service, 'known through its key');
    assert.deepEqual(rules, [], JSON.stringify(broken, null, 1));
    assert.equal(code, 0, JSON.stringify(rows, null, 1));
    assert.deepEqual(
      rows.filter(({ reason }) => reason === 'budget'),
      [],
    );
    const bare = server.received.filter(({ headers }) => headers[how?.header ?? ''] === undefined).length;
    t.diagnostic(`${server.received.length} requests, ${bare} bare`);
    assert.ok(server.received.length <= BUDGET, `${server.received.length} requests`);
    await assertHarmless(server.received);
  });
}

test('the services are there', () => {
  assert.ok(OPEN.length > 20, String(OPEN.length));
  assert.ok(readFileSync(new URL(OPEN[0]?.file ?? '', ANSWERS), 'utf8').length > 0);
});
