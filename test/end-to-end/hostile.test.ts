import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { selfSigned } from '../../fixtures/lab/certificate.ts';
import type { EndpointJson, ResultJson } from '../../src/report/contract.ts';
import { POSTERN, startChild } from '../support/child.ts';
import { PESTS, startHostile, TARPITS } from '../support/hostile-peers.ts';
import { tlsPeer } from '../support/http-peer.ts';
import { temporaryFolder } from '../support/running.ts';
import { parseResult } from '../support/scan.ts';

/*
 * Servers that nobody would want to meet, seen through the whole program: the scan ends, little memory is used, each is
 * reported as what it is, nothing is claimed of it, and nothing it said can act on whoever reads the report.
 */

interface Sight {
  readonly speech: EndpointJson['speech'];
  /** What is said about it; `null`: nothing is remarkable. */
  readonly note: RegExp | null;
  /** `unknown` unless given. */
  readonly auth?: 'open' | 'unknown';
}

const HTTP: Sight = { speech: 'http', note: null };

const TARPIT_SIGHTS = {
  'a head of one byte now and then': { speech: 'http', note: /first request: timeout/ },
  'a body of one byte now and then': { speech: 'http', note: /answers too slowly/ },
  silence: { speech: 'silent', note: /^timeout: / },
} satisfies Record<keyof typeof TARPITS, Sight>;

const PEST_SIGHTS = {
  'a body without end': HTTP,
  'headers without end': { speech: 'http', note: /headers-too-large/ },
  'interim answers without end': { speech: 'http', note: /headers-too-large/ },
  'events without end': HTTP,
  'redirects to redirects': HTTP,
  'a gzip bomb': HTTP,
  'a length that is a lie': HTTP,
  garbage: { speech: 'other', note: /^not-http: / },
  'a TLS alert': { speech: 'other', note: /^tls-failed: / },
  'a half-closed connection': { speech: 'silent', note: /^closed: / },
  'a reset': { speech: 'silent', note: /^reset: / },
  'another protocol': HTTP,
  'a banner of escapes': { speech: 'other', note: /^not-http: 220 .*owned/ },
  'a title and a server of escapes': HTTP,
  'a title of a megabyte': HTTP,
  'JSON half a million levels deep': HTTP,
  'JSON with names of our own': HTTP,
  'an Ollama of escapes': { ...HTTP, auth: 'open' },
} satisfies Record<keyof typeof PESTS, Sight>;

/** Everything a terminal acts on or cannot show (C0 but the line feed, DEL, C1), and text that runs backwards. */
const ACTING = /[^\P{Cc}\n]|\p{Bidi_Control}/u;

interface Report {
  readonly table: string;
  readonly json: string;
  readonly lines: string;
  readonly result: ResultJson;
  at(port: number): EndpointJson;
}

/** Scans with a heap that would not hold what some of them send. */
async function scanAll(t: TestContext, ports: readonly number[], ...options: readonly string[]): Promise<Report> {
  const folder = temporaryFolder(t);
  const [json, lines] = [join(folder, 'run.json'), join(folder, 'run.jsonl')];
  const where = ['127.0.0.1', '-p', ports.join(), '--assume-reach', 'lan', '--all', ...options];
  const args = [POSTERN, 'scan', ...where, '--output', `json=${json}`, '--output', `jsonl=${lines}`];

  const { out, err } = await startChild(t, process.execPath, ['--max-old-space-size=160', ...args]).finished();

  assert.equal(err, '');
  const written = readFileSync(json, 'utf8');
  const result = parseResult(written);
  return {
    table: out,
    json: written,
    lines: readFileSync(lines, 'utf8'),
    result,
    at(port) {
      const found = result.endpoints.find((endpoint) => endpoint.port === port);
      assert.ok(found);
      return found;
    },
  };
}

function assertSight(endpoint: EndpointJson, { speech, note, auth = 'unknown' }: Sight): void {
  const notes = endpoint.notes.join('; ');
  assert.equal(endpoint.speech, speech);
  assert.equal(endpoint.auth.overall, auth);
  if (note === null) assert.equal(notes, '');
  else assert.match(notes, note);
  assert.ok(endpoint.requests <= 25, `${endpoint.requests} requests`);
}

test('servers that waste time', { timeout: 60_000 }, async (t) => {
  const ports = await startHostile(t, TARPITS);

  const { at } = await scanAll(t, Object.values(ports), '--response-timeout', '1500ms');

  for (const [name, sight] of Object.entries(TARPIT_SIGHTS)) {
    await t.test(name, () => {
      const endpoint = at(ports[name as keyof typeof TARPITS]);

      assertSight(endpoint, sight);
      assert.ok(endpoint.requests <= 3, 'it is left alone soon');
    });
  }
});

test('servers that send what nobody asked for', { timeout: 60_000 }, async (t) => {
  const ports = await startHostile(t, PESTS);
  const disguised = await tlsPeer(t, await selfSigned({ names: ['\x1b[31mowned.test'] }), (socket) => {
    socket.on('data', () => socket.write('HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n'));
  });

  const { table, json, lines, result, at } = await scanAll(
    t,
    [...Object.values(ports), disguised.port],
    '--endpoints',
    '4',
  );

  for (const [name, sight] of Object.entries(PEST_SIGHTS)) {
    await t.test(name, () => {
      const endpoint = at(ports[name as keyof typeof PESTS]);

      assertSight(endpoint, sight);
      const { id, version } = endpoint.service ?? { id: null, version: null };
      assert.deepEqual([id, version], [name.startsWith('an Ollama') ? 'ollama' : null, null]);
    });
  }
  await t.test('a certificate of escapes', () => {
    assert.match(JSON.stringify(at(disguised.port).tls?.certificate), /owned\.test/);
  });
  await t.test('nothing is found but the faults of that certificate and what Ollama lists', () => {
    const found = new Set(result.findings.map(({ location }) => location.port));

    const faulty = [disguised.port, ports['an Ollama of escapes']];
    assert.deepEqual([...found].sort(), faulty.sort(), JSON.stringify([result.troubles, result.tls]));
  });
  for (const [what, text] of Object.entries({ table, json, lines })) {
    await t.test(`nothing in the ${what} acts on a terminal`, () => {
      assert.ok(text.includes('owned'), 'what they said is shown');
      assert.equal(ACTING.exec(text)?.[0], undefined);
    });
  }
});
