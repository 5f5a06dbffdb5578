import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { answersOf } from '../support/answers.ts';
import { postern } from '../support/command.ts';
import { parseResult, scan } from '../support/scan.ts';
import { startStreet } from '../support/street.ts';

test('three shards and a merge find what one scan finds', { timeout: 60_000 }, async (t) => {
  const addresses = Array.from({ length: 7 }, (_, i) => `127.0.0.${20 + i}`);
  const street = await startStreet(t, addresses, () => answersOf('ollama/open.http'));
  const directory = await mkdtemp(join(tmpdir(), 'postern-shards-'));
  t.after(() => rm(directory, { recursive: true }));
  const targets = ['127.0.0.16/28', '--ports', `${street.port}`];

  const whole = await scan(targets);
  const files = await Promise.all(
    [0, 1, 2].map(async (index) => {
      const file = join(directory, `${index}.json`);
      const env = { JOB_COMPLETION_INDEX: String(index) };
      const part = await scan([...targets, '--shard', 'job/3', '--output', `json=${file}`], { env });
      assert.ok(part.result.endpoints.length < 7);
      return file;
    }),
  );
  const merged = await postern(['merge', ...files, '--format', 'json']);

  const result = parseResult(merged.out);
  const seen = (of: typeof result): unknown => ({
    findings: of.findings.map(({ fingerprint }) => fingerprint),
    endpoints: of.endpoints.map(({ address, service, auth }) => [address, service?.id, auth.overall]),
    probes: of.coverage.probes,
    addresses: of.coverage.addresses,
    complete: of.coverage.complete,
    troubles: of.troubles,
  });
  assert.deepEqual(seen(result), seen(whole.result));
  assert.equal(merged.code, whole.code);
  const lacking = await postern(['merge', ...files.slice(1), '--format', 'json', '--strict']);
  assert.match(parseResult(lacking.out).troubles[0]?.what ?? '', /shard 1 of 3/);
});

test('a label for the site is on everything that is found', { timeout: 60_000 }, async (t) => {
  const street = await startStreet(t, ['127.0.0.20'], () => answersOf('ollama/open.http'));

  const { result } = await scan([`127.0.0.20:${street.port}`, '--site', 'oslo']);

  assert.equal(result.site, 'oslo');
  assert.equal(result.endpoints[0]?.site, 'oslo');
  assert.ok(result.findings.length > 0 && result.findings.every(({ location }) => location.site === 'oslo'));
});

test('what cannot be merged is one line and exit 2', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'postern-shards-'));
  t.after(() => rm(directory, { recursive: true }));

  for (const [args, message] of [
    [['merge'], /expected <files..>/],
    [['merge', join(directory, 'none.json')], /none\.json/],
    [['scan', '127.0.0.1', '--shard', '4/3'], /--shard 4\/3/],
    [['scan', '127.0.0.1', '--site', 'a b'], /--site a b/],
  ] as const) {
    const { code, err } = await postern(args);
    assert.equal(code, 2, err);
    assert.match(err, message);
  }
});
