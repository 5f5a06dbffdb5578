import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { nodeClock } from '../../src/system/node-clock.ts';
import { nodeNetwork } from '../../src/system/node-network.ts';
import type { Network, SweepProbe } from '../../src/system/ports.ts';
import { postern } from '../support/command.ts';
import { answer, type Received, startReceiver } from '../support/receiver.ts';
import { freePort, temporaryFolder } from '../support/running.ts';
import { issue } from '../tls/support/issue.ts';

/*
 * A nightly audit rehearsed: everything it is told stands in one configuration file, and three nights against a lab
 * that changes give exactly these differences, messages and exit codes.
 */

const SECRET = 'rehearsal';
const NIGHTS = ['2026-11-01T02:00:00Z', '2026-11-20T02:00:00Z', '2026-11-21T02:00:00Z'].map((text) => new Date(text));

/** Just enough of an Ollama. */
function ollama(version: string): RequestListener {
  const answers: Readonly<Record<string, string>> = {
    '/': 'Ollama is running',
    '/api/version': JSON.stringify({ version }),
    '/api/tags': '{"models":[]}',
    '/api/ps': '{"models":[]}',
  };
  return (request, response) => {
    const body = answers[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200).end(body ?? '404 page not found');
  };
}

/** A door that is open until it is closed, or the test ends. */
async function door(t: TestContext, server: Server, host: string, port: number): Promise<() => Promise<void>> {
  server.listen(port, host);
  await once(server, 'listening');
  let open = true;
  const close = async (): Promise<void> => {
    if (!open) return;
    open = false;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  t.after(close);
  return close;
}

/** The real network without one host, which answers nothing, not even a refusal. */
function without(host: string): Network {
  return {
    ...nodeNetwork,
    async sweepEngine(wish) {
      const engine = await nodeNetwork.sweepEngine(wish);
      return {
        name: engine.name,
        sweep(source, limits, observer, signal) {
          const others = (function* (): Generator<SweepProbe, void> {
            for (let probe = source.next(); !probe.done; probe = source.next()) {
              if (probe.value.target.address === host) observer.settled(probe.value, 'filtered', null);
              else yield probe.value;
            }
          })();
          return engine.sweep(others, limits, observer, signal);
        },
      };
    },
  };
}

interface FindingLike {
  readonly rule: string;
  readonly state: string;
  readonly location: { readonly host: string; readonly port: number };
}

interface Diff {
  readonly old: unknown;
  readonly findings: Readonly<
    { appeared: readonly FindingLike[] } & Record<'fixed' | 'unseen', readonly { readonly finding: FindingLike }[]>
  >;
  readonly endpoints: {
    readonly changed: readonly {
      readonly changes: readonly { readonly field: string; readonly before: string; readonly after: string }[];
    }[];
  };
}

type Message = Diff & { readonly urgent: number };

test('three nights', async (t) => {
  const folder = temporaryFolder(t);
  const [plain, secure, opening] = [await freePort(), await freePort(), await freePort()];
  await using hook = await startReceiver([answer(503), answer(200)]);
  const certificate = issue({
    dns: ['ai.test'],
    ip: ['127.0.0.1'],
    from: '2026-09-01T00:00:00Z',
    to: '2026-12-10T00:00:00Z',
  });
  writeFileSync(join(folder, 'ours.pem'), certificate.pem);
  const config = join(folder, 'postern.config.yaml');
  writeFileSync(
    config,
    `schema: postern/config/1
rules:
  expiring: { severity: high }
  missing-host-check: { enabled: false, reason: nobody browses from these machines }
scan:
  targets: [127.0.0.1, 127.0.0.2]
  ports: [${plain}, ${secure}, ${opening}]
  assume-reach: lan
  save: true
  state: state
  baseline: last
  fail-on-new: true
tls:
  trust:
    - { targets: [127.0.0.0/8], ca: ours.pem }
notify:
  url: ${hook.url}
  secret-env: REHEARSAL_SECRET
`,
  );
  const names = new Map([
    [plain, 'plain'],
    [secure, 'secure'],
    [opening, 'opening'],
  ]);
  const told = ({ rule, location }: FindingLike): string =>
    `${rule} ${location.host.endsWith('.2') ? 'other ' : ''}${names.get(location.port)}`;

  const night = async (now: Date | undefined, network: Network = nodeNetwork) => {
    const messages = hook.received.length;
    const { code, err } = await postern(['scan', '--config', config, '--quiet'], {
      clock: { ...nodeClock, now: () => now ?? assert.fail(), sleep: async () => undefined },
      env: { REHEARSAL_SECRET: SECRET },
      network: async () => network,
    });
    assert.equal(err, '');
    const { out } = await postern(['diff', '--state', join(folder, 'state'), '--format', 'json']);
    return { code, diff: out === '' ? null : JSON.parse(out), messages: hook.received.slice(messages) };
  };
  const tell = (list: readonly (FindingLike | { readonly finding: FindingLike })[]): string[] =>
    list.map((item) => told('finding' in item ? item.finding : item)).sort();

  const closePlain = await door(t, createServer(ollama('0.6.2')), '127.0.0.1', plain);
  await door(t, createServer(ollama('0.17.1')), '127.0.0.2', plain);
  await door(
    t,
    createTlsServer({ cert: certificate.pem, key: certificate.keyPem }, ollama('0.17.1')),
    '127.0.0.1',
    secure,
  );
  const first = await night(NIGHTS[0]);

  await closePlain();
  await door(t, createServer(ollama('0.17.1')), '127.0.0.1', plain);
  const closeOpening = await door(t, createServer(ollama('0.17.1')), '127.0.0.1', opening);
  const second = await night(NIGHTS[1]);

  await closeOpening();
  const third = await night(NIGHTS[2], without('127.0.0.2'));

  const [old, ...others] = verified(hook.received);
  assert.equal(first.code, 1, 'everything is new the first night');
  assert.equal(first.messages.length, 2, 'the receiver was away at first, and got the same again');
  assert.deepEqual(old, others[0]);
  assert.equal(old?.old, null);
  // Those of the suppressed rule appear, but are no news for anybody.
  const suppressed = old?.findings.appeared.filter(({ state }) => state === 'suppressed') ?? [];
  assert.deepEqual(tell(suppressed), [
    'missing-host-check other plain',
    'missing-host-check plain',
    'missing-host-check secure',
  ]);
  assert.equal(old?.urgent, old?.findings.appeared.filter(({ state }) => state === 'active').length);

  assert.equal(second.code, 1, 'a door opened');
  assert.deepEqual(changesOf(second.diff), {
    appeared: [
      'api-also-on-plaintext opening',
      'expiring secure',
      'missing-host-check opening',
      'plaintext-endpoint opening',
      'unauthenticated-endpoint opening',
    ],
    fixed: ['vulnerable-version plain'],
    unseen: [],
    endpoints: ['version 0.6.2 → 0.17.1'],
  });
  assert.equal(second.messages.length, 1);
  assert.deepEqual(others[1]?.findings, second.diff.findings, 'what is posted is what postern diff says');
  assert.deepEqual(others[1]?.old, second.diff.old);

  assert.equal(third.code, 0, 'nothing is new');
  assert.deepEqual(changesOf(third.diff), {
    appeared: [],
    fixed: [
      'api-also-on-plaintext opening',
      'missing-host-check opening',
      'plaintext-endpoint opening',
      'unauthenticated-endpoint opening',
    ],
    unseen: [
      'missing-host-check other plain',
      'plaintext-endpoint other plain',
      'unauthenticated-endpoint other plain',
    ],
    endpoints: [],
  });
  assert.equal(third.messages.length, 0, 'nobody is told that nothing happened');

  function changesOf({ findings, endpoints }: Diff) {
    return {
      appeared: tell(findings.appeared),
      fixed: tell(findings.fixed),
      unseen: tell(findings.unseen),
      endpoints: endpoints.changed.flatMap(({ changes }) =>
        changes.map(({ field, before, after }) => `${field} ${before} → ${after}`),
      ),
    };
  }
});

/** The bodies, once each signature is found to be that of the secret. */
function verified(received: readonly Received[]): Message[] {
  return received.map(({ headers, body }) => {
    const [, seconds, mac] = /^t=(\d+),v1=(.*)$/.exec(String(headers['postern-signature'])) ?? [];
    assert.equal(mac, createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex'));
    return JSON.parse(body);
  });
}
