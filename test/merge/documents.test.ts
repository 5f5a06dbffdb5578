import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { atSite } from '../../src/audit/site.ts';
import { mergeDocuments } from '../../src/merge/documents.ts';
import type { OverallState } from '../../src/model/auth.ts';
import type { Endpoint } from '../../src/model/endpoint.ts';
import type { PortTally, ResultDocument } from '../../src/model/result.ts';
import { inOrder } from '../../src/report/order.ts';
import { resultJson } from '../../src/report/to-contract.ts';
import { findingOn, ollama, run } from '../history/runs.ts';

const SCOPE = 'a'.repeat(64);
const NONE: PortTally = { open: 0, closed: 0, filtered: 0, unreachable: 0, error: 0, skipped: 0 };

function at(address: string, overall: OverallState = 'open'): Endpoint {
  const endpoint = ollama({ host: address, address, url: `http://${address}:11434` });
  return { ...endpoint, auth: { ...endpoint.auth, overall } };
}

function shard(index: number, count: number, endpoints: readonly Endpoint[], day = 1): ResultDocument {
  const findings = endpoints
    .filter(({ auth }) => auth.overall === 'open')
    .map((endpoint) => findingOn(endpoint, { fingerprint: `${endpoint.address}`.padEnd(64, '0') }));
  const probes = { ...NONE, open: endpoints.length, closed: 10 };
  return run({ day, endpoints, findings, coverage: { addresses: 100, probes, shard: { index, count, scope: SCOPE } } });
}

const text = (document: ResultDocument): string => JSON.stringify(resultJson(inOrder(document)), null, 1);

test('shards make one whole: probes add up, addresses are the same ones', () => {
  const whole = mergeDocuments([shard(1, 2, [at('10.0.0.1')]), shard(2, 2, [at('10.0.0.2')])]);

  assert.deepEqual(
    whole.endpoints.map(({ address }) => address),
    ['10.0.0.1', '10.0.0.2'],
  );
  assert.equal(whole.findings.length, 2);
  assert.equal(whole.coverage.addresses, 100);
  assert.deepEqual(whole.coverage.probes, { ...NONE, open: 2, closed: 20 });
  assert.equal(whole.coverage.complete, true);
  assert.deepEqual(whole.troubles, []);
});

test('a shard that is not there is said, and the whole is not complete', () => {
  const whole = mergeDocuments([shard(1, 4, []), shard(3, 4, [])]);

  assert.equal(whole.coverage.complete, false);
  assert.deepEqual(whole.troubles, [
    {
      kind: 'missing-shard',
      where: `targets ${SCOPE.slice(0, 12)}`,
      what: 'shards 2, 4 of 4 not among what was merged',
    },
  ]);
  assert.deepEqual(mergeDocuments([whole, shard(2, 4, []), shard(4, 4, [])]).troubles, []);
});

test('the latest sight of a place counts, and what earlier ones saw stays beside it', () => {
  const before = shard(1, 1, [at('10.0.0.1', 'open')], 1);
  const after = shard(1, 1, [at('10.0.0.1', 'guarded')], 2);

  const whole = mergeDocuments([before, after]);

  assert.equal(whole.endpoints.length, 1);
  assert.equal(whole.endpoints[0]?.auth.overall, 'guarded');
  assert.deepEqual(whole.endpoints[0]?.superseded, [
    { at: before.finishedAt, service: 'ollama', version: '0.6.2', transport: 'plaintext', auth: 'open' },
  ]);
  assert.deepEqual(whole.findings, [], 'what the earlier run found there is gone');
});

test('equal private addresses of two sites are two machines', () => {
  const berlin = atSite(shard(1, 1, [at('10.0.0.1')]), 'berlin');
  const oslo = atSite(shard(1, 1, [at('10.0.0.1')]), 'oslo');

  const whole = mergeDocuments([berlin, oslo]);

  assert.equal(whole.endpoints.length, 2);
  assert.equal(new Set(whole.findings.map(({ fingerprint }) => fingerprint)).size, 2);
  assert.equal(whole.coverage.addresses, 200);
  assert.equal(whole.site, undefined);
});

const documents = fc
  .array(
    fc.record({
      index: fc.integer({ min: 1, max: 3 }),
      day: fc.integer({ min: 1, max: 4 }),
      site: fc.constantFrom(null, 'berlin', 'oslo'),
      sights: fc.array(
        fc.record({
          house: fc.integer({ min: 1, max: 3 }),
          auth: fc.constantFrom<OverallState>('open', 'guarded', 'partial', 'unknown'),
        }),
        { maxLength: 3 },
      ),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((all) =>
    all.map(({ index, day, site, sights }) => {
      const houses = new Map(sights.map(({ house, auth }) => [house, at(`10.0.0.${house}`, auth)]));
      const document = shard(index, 3, [...houses.values()], day);
      return site === null ? document : atSite(document, site);
    }),
  );

test('neither order nor grouping nor repetition makes a difference', () => {
  fc.assert(
    fc.property(documents, fc.nat(), fc.nat(), (all, turn, cut) => {
      const whole = text(mergeDocuments(all));
      const turned = [...all.slice(turn % all.length), ...all.slice(0, turn % all.length)].reverse();
      const split = 1 + (cut % all.length);
      const [first, second] = [turned.slice(0, split), turned.slice(split)];

      assert.equal(text(mergeDocuments(turned)), whole);
      assert.equal(text(mergeDocuments([...all, ...all])), whole);
      assert.equal(text(mergeDocuments([mergeDocuments(first), ...second])), whole);
    }),
    { numRuns: 300 },
  );
});

test('nothing cannot be merged', () => {
  assert.throws(() => mergeDocuments([]), RangeError);
});
