import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ReceivedRequest } from '../../fixtures/lab/stand-in.ts';
import { always, answersOf } from '../support/answers.ts';
import { freePorts } from '../support/running.ts';
import { assertLawful, scan } from '../support/scan.ts';
import { type Street, startStreet } from '../support/street.ts';

/*
 * How the scanner behaves towards those it scans: what it sends, how much, how fast, and under which name.
 */

/** One address each; together they call for every kind of request there is. */
const STATES: Readonly<Record<string, string>> = {
  '127.0.0.2': 'ollama/open.http',
  '127.0.0.3': 'llama-server/open.http',
  '127.0.0.4': 'vllm/key.http',
  '127.0.0.5': 'mcp/everything-legacy-open.http',
  '127.0.0.6': 'tgi/open.http',
  '127.0.0.7': 'jupyter/lab-token.http',
};
const SERVICES = ['ollama', 'llama-server', 'vllm', 'mcp', 'tgi', 'jupyter'];
const ADDRESSES = Object.keys(STATES);

const startStates = (t: TestContext): Promise<Street> =>
  startStreet(t, ADDRESSES, (address) => answersOf(STATES[address] ?? ''));

const everything = ({ houses }: Street): readonly ReceivedRequest[] => houses.flatMap(({ received }) => received);

const methods = (received: readonly ReceivedRequest[]): readonly string[] =>
  [...new Set(received.map(({ method }) => method))].sort();

const serviceAt = (result: { endpoints: readonly { service: { id: string } | null }[] }): readonly (string | null)[] =>
  result.endpoints.map(({ service }) => service?.id ?? null);

test('a whole scan sends reads, gate probes and hellos', async (t) => {
  const street = await startStates(t);

  const { result } = await scan([...ADDRESSES, '--ports', String(street.port)]);

  assert.deepEqual(serviceAt(result).toSorted(), SERVICES.toSorted());
  assert.deepEqual(methods(everything(street)), ['DELETE', 'GET', 'POST']);
  for (const { host, received } of street.houses) await assertLawful(received, SERVICES[ADDRESSES.indexOf(host)] ?? '');
});

test('--passive sends GET, HEAD and OPTIONS only, and claims less', async (t) => {
  const street = await startStates(t);

  const { result } = await scan([...ADDRESSES, '--ports', String(street.port), '--passive']);

  assert.deepEqual(methods(everything(street)), ['GET']);
  for (const { body } of everything(street)) assert.equal(body, '');
  const ollama = result.endpoints.find(({ service }) => service?.id === 'ollama');
  assert.deepEqual(ollama?.auth.operations, {
    identity: 'open',
    inventory: 'open',
    inference: 'unknown',
    admin: 'unknown',
  });
});

test('--header goes with every request, and into no result', async (t) => {
  const street = await startStates(t);
  const secret = 'Bearer s3cr3t-0123456789';
  const headers = ['-H', `Authorization: ${secret}`, '--header', 'X-Scan-Ticket: SEC-17'];

  const { result } = await scan([...ADDRESSES, '--ports', String(street.port), ...headers]);

  const received = everything(street);
  assert.ok(received.length > ADDRESSES.length);
  for (const request of received) {
    assert.equal(request.headers.authorization, secret, `${request.method} ${request.path}`);
    assert.equal(request.headers['x-scan-ticket'], 'SEC-17', `${request.method} ${request.path}`);
  }
  assert.ok(!JSON.stringify(result).includes('s3cr3t'));
});

test('--user-agent replaces the honest name', async (t) => {
  const street = await startStreet(t, ['127.0.0.2'], () => answersOf('ollama/open.http'));

  await scan(['127.0.0.2', '--ports', String(street.port), '--user-agent', 'inventory/2 (ops@example.test)']);

  const names = new Set(everything(street).map(({ headers }) => headers['user-agent']));
  assert.deepEqual([...names], ['inventory/2 (ops@example.test)']);
});

for (const most of [1, 2, 5, 12]) {
  test(`--max-requests ${most} is kept on every endpoint`, async (t) => {
    const street = await startStates(t);

    const { result } = await scan([...ADDRESSES, '--ports', String(street.port), '--max-requests', String(most)]);

    for (const { host, received } of street.houses) {
      const told = result.endpoints.find(({ address }) => address === host)?.requests;
      assert.equal(received.length, told, host);
      assert.ok(received.length <= most, `${host}: ${received.length}`);
    }
  });
}

test('two hundred endpoints on one network are all found', async (t) => {
  const addresses = Array.from({ length: 200 }, (_, at) => `127.0.1.${at + 1}`);
  const files = ['ollama/open.http', 'jupyter/lab-token.http', 'chroma/1.x-open.http'];
  const routes = files.map(answersOf);
  const kindOf = (address: string): number => Number(address.split('.')[3]) % 4;
  const street = await startStreet(t, addresses, (address) => routes[kindOf(address)] ?? always(404, ''));

  const options = ['--ports', String(street.port), '--parallel', '64', '--endpoints', '16', '--per-host', '1'];
  const { code, result } = await scan(['127.0.1.0/24', ...options]);

  assert.equal(code, 1);
  const kinds = ['ollama', 'jupyter', 'chroma', null];
  const told = Object.fromEntries(result.endpoints.map(({ address, service }) => [address, service?.id ?? null]));
  assert.deepEqual(told, Object.fromEntries(addresses.map((address) => [address, kinds[kindOf(address)]])));
  const { probes } = result.coverage;
  assert.deepEqual(probes, { open: 200, closed: 56, filtered: 0, unreachable: 0, error: 0, skipped: 0 });
  for (const { host, received, connections } of street.houses) {
    await assertLawful(received, kinds[kindOf(host)] ?? null);
    assert.equal(connections(), 1, host);
  }
});

/** Turns of the event loop in which a request that was sent together with others has arrived. */
const TURNS = 20;

/**
 * Servers that hold their answers until `size` requests wait, and a little longer; tells how many waited at most. It is
 * made for scans that send one request to each of them: a limit below `size` would never end.
 */
async function startCrowd(
  t: TestContext,
  hosts: readonly string[],
  ports: readonly number[],
  size: number,
): Promise<() => number> {
  const waiting = new Set<() => void>();
  let most = 0;
  let releasing = false;
  const release = async (): Promise<void> => {
    releasing = true;
    for (let turn = 0; turn < TURNS; turn++) await nextTurn();
    most = Math.max(most, waiting.size);
    releasing = false;
    for (const answer of waiting) answer();
    waiting.clear();
  };
  const servers = hosts.flatMap((host) =>
    ports.map((port) =>
      createServer((_request, response) => {
        waiting.add(() => response.writeHead(404).end());
        if (waiting.size >= size && !releasing) void release();
      }).listen(port, host),
    ),
  );
  await Promise.all(servers.map((server) => once(server, 'listening')));
  t.after(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });
  return () => most;
}

test('--per-host: a host is asked so many things at once', async (t) => {
  const ports = await freePorts(12);
  const most = await startCrowd(t, ['127.0.0.2'], ports, 3);

  const { result } = await scan(['127.0.0.2', '--ports', ports.join(), '--per-host', '3', '--max-requests', '1']);

  assert.equal(result.endpoints.length, 12);
  assert.equal(most(), 3);
});

test('--endpoints: so many endpoints are asked at once', async (t) => {
  const hosts = Array.from({ length: 12 }, (_, at) => `127.0.0.${at + 2}`);
  const [port = 0] = await freePorts(1);
  const most = await startCrowd(t, hosts, [port], 4);

  const { result } = await scan([...hosts, '--ports', String(port), '--endpoints', '4', '--max-requests', '1']);

  assert.equal(result.endpoints.length, 12);
  assert.equal(most(), 4);
});
