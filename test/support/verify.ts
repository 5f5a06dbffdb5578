import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Answer, Route } from '../../fixtures/lab/answers.ts';
import { type ReceivedRequest, type StandIn, type StandInOptions, startStandIn } from '../../fixtures/lab/stand-in.ts';
import { requestListing } from '../../src/catalogue/requests.ts';
import type { ExpectationJson, ResultJson } from '../../src/report/contract.ts';
import type { System } from '../../src/system/ports.ts';
import { postern } from './command.ts';
import { builtinCatalogue } from './prober.ts';
import { temporaryFolder } from './running.ts';
import { parseResult } from './scan.ts';

export interface Verified {
  readonly code: number;
  readonly err: string;
  readonly result: ResultJson;
  readonly rows: readonly ExpectationJson[];
  /** Rules of the findings at or above the threshold, each once, sorted. */
  readonly rules: readonly string[];
  /** `check request: sent`, of what did not come out as expected. */
  readonly broken: readonly string[];
}

/** Runs `postern verify` and holds every byte of its output against the credentials it was given. */
export async function verify(
  url: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  changes: Partial<System> = {},
): Promise<Verified> {
  const line = [
    'verify',
    url,
    '--pace',
    '0',
    ...(args.includes('--neighbours') ? [] : ['--neighbours', 'none']),
    ...args,
  ];
  const { code, out, err } = await postern([...line, '--format', 'json'], { env, ...changes });
  for (const secret of Object.values(env)) assertAbsent(secret, out + err);
  assert.match(out, /^\{/, `exit ${code}: ${err}`);
  const result = parseResult(out);
  const rows = result.expectations ?? [];
  const active = result.findings.filter(({ state }) => state === 'active');
  return {
    code,
    err,
    result,
    rows,
    rules: [...new Set(active.map(({ rule }) => rule))].sort(),
    broken: rows.filter(({ verdict }) => verdict === 'broken').map(shown),
  };
}

export function shown({ check, request, sent }: ExpectationJson): string {
  return `${check} ${request}: ${sent}`;
}

/** Neither as it is nor in a form in which it travels. */
export function assertAbsent(secret: string, text: string): void {
  const forms = [secret, secret.split(':').at(-1) ?? secret, Buffer.from(secret).toString('base64')];
  for (const form of forms) assert.ok(!text.includes(form), 'a credential was printed');
}

/** A file of the test's own that holds a credential. */
export function secretFile(t: TestContext, text: string): string {
  const path = join(temporaryFolder(t), 'secret');
  writeFileSync(path, `${text}\n`, { mode: 0o600 });
  return path;
}

export const UNAUTHORIZED: Answer = {
  status: 401,
  reason: 'Unauthorized',
  headers: [
    ['Content-Type', 'application/json'],
    ['WWW-Authenticate', 'Bearer'],
  ],
  body: '{"error":"Unauthorized"}',
};

/** A service behind a gate that lets through what `opens` says. */
export async function gated(
  t: TestContext,
  routes: readonly Route[],
  opens: (request: ReceivedRequest) => boolean,
  options: StandInOptions & { readonly refusal?: Answer } = {},
): Promise<StandIn> {
  const { refusal = UNAUTHORIZED, ...rest } = options;
  const standIn = await startStandIn(routes, { ...rest, before: (request) => (opens(request) ? null : refusal) });
  t.after(() => standIn.close());
  return standIn;
}

/** The text behind `Bearer `, exactly so; null when there is no such header. */
export function bearer({ headers }: ReceivedRequest): string | null {
  const value = headers.authorization;
  return typeof value === 'string' && value.startsWith('Bearer ') ? value.slice('Bearer '.length) : null;
}

const STANDARD = ['host', 'user-agent', 'accept', 'accept-encoding', 'connection', 'content-length', 'content-type'];
const CREDENTIALS = ['authorization', 'x-api-key', 'x-n8n-api-key', 'x-mcp-proxy-auth'];

/** Every request stands in `postern rules requests`, credentials aside; what changes something was never sent. */
export async function assertHarmless(received: readonly ReceivedRequest[], most = 80): Promise<void> {
  const listing = requestListing(await builtinCatalogue());
  assert.ok(received.length <= most, `${received.length} requests`);
  for (const { method, path, headers, body } of received) {
    const extra = Object.entries(headers).filter(([name]) => !STANDARD.includes(name) && !CREDENTIALS.includes(name));
    const known = listing.some(
      (entry) =>
        entry.method === method &&
        (entry.body ?? '') === body &&
        (entry.kind === 'control' ? /^\/postern-[0-9a-f]{16}$/.test(path) : entry.path === path) &&
        extra.every(([name, value]) => entry.headers[name] === value),
    );
    assert.ok(known, `not declared: ${method} ${path} ${JSON.stringify(headers)} ${body}`);
  }
}
