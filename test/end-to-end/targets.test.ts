import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startStandIn } from '../../fixtures/lab/stand-in.ts';
import type { ResultJson } from '../../src/report/contract.ts';
import { always, answersOf } from '../support/answers.ts';
import { postern } from '../support/command.ts';
import { requireProgram } from '../support/program.ts';
import { freePort, temporaryFolder } from '../support/running.ts';
import { assertLawful, scan } from '../support/scan.ts';
import { type Street, startStreet } from '../support/street.ts';

/*
 * What was asked for is scanned, each place once, and nothing else is touched.
 */

const OLLAMA = answersOf('ollama/open.http');

const last = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => `127.0.0.${from + at}`);

const ollamaStreet = (t: TestContext, from: number, to: number): Promise<Street> =>
  startStreet(t, last(from, to), () => OLLAMA);

function found(result: ResultJson): readonly string[] {
  return result.endpoints.map(({ url, service }) => `${url} ${service?.id ?? 'unknown'}`).sort();
}

async function assertAllLawful(street: Street, mounts: readonly string[] = []): Promise<void> {
  for (const { received } of street.houses) if (received.length > 0) await assertLawful(received, 'ollama', mounts);
}

test('hosts, ports, ranges and URLs together', async (t) => {
  const street = await ollamaStreet(t, 2, 6);
  const below = await startStandIn(
    OLLAMA.map((route) => ({ ...route, path: route.path === '*' ? '*' : `/ollama${route.path}` })),
  );
  t.after(() => below.close());
  const { port } = street;

  const { code, result } = await scan([
    `127.0.0.2:${port}`,
    '127.0.0.3',
    '127.0.0.5-6',
    `http://127.0.0.1:${below.port}/ollama`,
    '--ports',
    String(port),
  ]);

  assert.equal(code, 1);
  assert.deepEqual(found(result), [
    `http://127.0.0.1:${below.port}/ollama/ ollama`,
    ...[2, 3, 5, 6].map((host) => `http://127.0.0.${host}:${port}/ ollama`),
  ]);
  assert.equal(street.house('127.0.0.4').connections(), 0);
  await assertAllLawful(street);
  await assertLawful(below.received, 'ollama', ['/ollama']);
});

test('an IPv6 address', async (t) => {
  const standIn = await startStandIn(OLLAMA, { host: '::1' });
  t.after(() => standIn.close());

  const { result } = await scan([`[::1]:${standIn.port}`]);

  assert.deepEqual(found(result), [`http://[::1]:${standIn.port}/ ollama`]);
  await assertLawful(standIn.received, 'ollama');
});

test('lists from a file and from standard input, each place once', async (t) => {
  const street = await ollamaStreet(t, 2, 5);
  const { port } = street;
  const file = join(temporaryFolder(t), 'targets.txt');
  writeFileSync(file, `# the lab\r\n127.0.0.2:${port}\r\n\r\n127.0.0.3  # under the desk\r\n`);
  const input = `127.0.0.3:${port}\n127.0.0.4:${port}\n`;

  const { result } = await scan(['127.0.0.2', '-f', file, '-f', '-', '--ports', String(port)], { input });

  assert.deepEqual(
    found(result),
    [2, 3, 4].map((host) => `http://127.0.0.${host}:${port}/ ollama`),
  );
  assert.deepEqual(
    street.houses.map((house) => house.connections()),
    [1, 1, 1, 0],
  );
  await assertAllLawful(street);
});

for (const [format, option] of [
  ['XML', '-oX'],
  ['grepable', '-oG'],
] as const) {
  test(`what a real nmap run found, in its ${format} output`, async (t) => {
    const nmap = requireProgram(t, 'nmap');
    if (nmap === null) return;
    const street = await ollamaStreet(t, 2, 3);
    const closed = await freePort();
    const file = join(temporaryFolder(t), 'nmap.out');
    const ports = `${street.port},${closed}`;
    execFileSync(nmap, ['-sT', '-Pn', '-n', '-p', ports, option, file, ...last(2, 3)], { stdio: 'ignore' });

    const { result } = await scan(['-f', file]);

    assert.deepEqual(
      found(result),
      [2, 3].map((host) => `http://127.0.0.${host}:${street.port}/ ollama`),
    );
    assert.deepEqual(result.coverage.ports, [street.port]);
    await assertAllLawful(street);
  });
}

test('exclusions hold inside a CIDR: not one connection', async (t) => {
  const street = await ollamaStreet(t, 2, 9);
  const { port } = street;
  const file = join(temporaryFolder(t), 'keep-out.txt');
  writeFileSync(file, '127.0.0.8/31\n');

  const options = ['--ports', String(port), '--exclude', '127.0.0.4,127.0.0.6', '--exclude-file', file];
  const { result } = await scan(['127.0.0.0/28', ...options]);

  assert.deepEqual(
    found(result),
    [2, 3, 5, 7].map((host) => `http://127.0.0.${host}:${port}/ ollama`),
  );
  assert.deepEqual(
    street.houses.map((house) => house.connections()),
    [1, 1, 0, 1, 0, 1, 0, 0],
  );
  assert.equal(result.coverage.addresses, 12);
  assert.equal(result.coverage.excludedAddresses, 4);
  await assertAllLawful(street);
});

test('--plan counts and sends nothing', async (t) => {
  const street = await ollamaStreet(t, 2, 3);

  const { code, out, err } = await postern(['scan', '127.0.0.0/28', '--ports', String(street.port), '--plan']);

  assert.equal(code, 0, err);
  assert.match(out, /^addresses +16$/m);
  assert.match(out, /^connections +16$/m);
  assert.match(out, /^requests +at most 25 to each open port$/m);
  assert.match(out, /^Nothing was sent\.$/m);
  assert.deepEqual(
    street.houses.map((house) => house.connections()),
    [0, 0],
  );
});

test('a redirect leads nowhere', async (t) => {
  const elsewhere = await startStreet(t, last(3, 3), () => OLLAMA);
  const location = `http://127.0.0.3:${elsewhere.port}/`;
  const sender = await startStandIn(always(307, '', { Location: location }));
  t.after(() => sender.close());

  const { result } = await scan([`127.0.0.1:${sender.port}`]);

  assert.deepEqual(found(result), [`http://127.0.0.1:${sender.port}/ unknown`]);
  assert.equal(elsewhere.house('127.0.0.3').connections(), 0);
  await assertLawful(sender.received, null);
});
