import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EndpointJson } from '../../src/report/contract.ts';
import { POSTERN, startChild } from '../support/child.ts';
import { type HostileName, startHostile } from '../support/hostile-peers.ts';
import { temporaryFolder } from '../support/running.ts';
import { parseResult } from '../support/scan.ts';

test('scan', { timeout: 60_000 }, async (t) => {
  const peers = await startHostile(t);
  const folder = temporaryFolder(t);
  const json = join(folder, 'run.json');
  const ports = [...peers.values()].map(({ port }) => port).join();
  const options = ['--response-timeout', '700ms', '--assume-reach', 'lan', '--all', '--output', `json=${json}`];
  const child = startChild(t, process.execPath, [
    '--max-old-space-size=160',
    POSTERN,
    'scan',
    '127.0.0.1',
    '-p',
    ports,
    ...options,
  ]);
  const { code, out, err } = await child.finished();
  console.log(code, out, err);
  const result = parseResult(readFileSync(json, 'utf8'));
  for (const [name, { port }] of peers) {
    const e = result.endpoints.find((e) => e.port === port) as EndpointJson;
    console.log(
      name.padEnd(40),
      e?.speech,
      e?.service?.id,
      e?.auth.overall,
      e?.requests,
      e?.connections,
      JSON.stringify(e?.notes),
      JSON.stringify(e?.evidence),
    );
  }
});
