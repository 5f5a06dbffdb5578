import assert from 'node:assert/strict';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import type { StandIn } from '../../fixtures/lab/stand-in.ts';
import { answersOf } from '../support/answers.ts';
import { assertHarmless, bearer, gated, secretFile, type Verified, verify } from '../support/verify.ts';

/*
 * Servers that check tokens in front of an Ollama, one as it should be done and some as it is done. Each checks with
 * code of its own; Postern sees nothing of it but what comes over the wire.
 */

const SECRET = 'a-secret-of-the-server-only';
const NOW = Math.floor(Date.now() / 1000);
const HOUR = 3600;

type Check = (token: string) => boolean;

function sign(payload: string): string {
  return createHmac('sha256', SECRET).update(payload).digest('hex');
}

function tripleFor(user: string, expiry: number): string {
  return `${user}:${expiry}:${sign(`${user}:${expiry}`)}`;
}

function parts(token: string): { payload: string; expiry: number; signature: string } | null {
  const [, payload = '', expiry = '', signature = ''] = /^(.+:(\d+)):([^:]*)$/.exec(token) ?? [];
  return payload === '' ? null : { payload, expiry: Number(expiry), signature };
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

const careful: Check = (token) => {
  const read = parts(token);
  return read !== null && sameText(read.signature, sign(read.payload)) && read.expiry > NOW;
};
const forgetsExpiry: Check = (token) => {
  const read = parts(token);
  return read !== null && sameText(read.signature, sign(read.payload));
};
const comparesPrefix: Check = (token) => {
  const read = parts(token);
  return read !== null && read.expiry > NOW && sameText(read.signature.slice(0, 16), sign(read.payload).slice(0, 16));
};
const comparesWhatIsThere: Check = (token) => {
  const read = parts(token);
  return read !== null && read.expiry > NOW && sign(read.payload).startsWith(read.signature);
};

function jwtFor(claims: object, header: object = { alg: 'HS256', typ: 'JWT' }): string {
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}

function jwtCheck(acceptsNone: boolean): Check {
  return (token) => {
    const [head = '', payload = '', signature = ''] = token.split('.');
    try {
      const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { alg: string };
      const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp: number };
      if (exp <= NOW) return false;
      if (alg === 'none') return acceptsNone;
      const right = createHmac('sha256', SECRET).update(`${head}.${payload}`).digest('base64url');
      return alg === 'HS256' && sameText(signature, right);
    } catch {
      return false;
    }
  };
}

const TOKEN = tripleFor('alice', NOW + HOUR);
const EXPIRED = tripleFor('alice', NOW - HOUR);
const JWT = jwtFor({ sub: 'alice', exp: NOW + HOUR });
const EXPIRED_JWT = jwtFor({ sub: 'alice', exp: NOW - HOUR });

async function verifyToken(
  t: TestContext,
  check: Check,
  token: string,
  expired: string,
): Promise<{ verified: Verified; server: StandIn }> {
  const server = await gated(t, answersOf('ollama/open.http'), (request) => {
    const shown = bearer(request);
    return shown !== null && check(shown);
  });
  const files = ['--token-file', secretFile(t, token), '--expired-token-file', secretFile(t, expired)];
  const verified = await verify(`http://127.0.0.1:${server.port}/`, files);
  return { verified, server };
}

test('a token server that checks signature and expiry passes', async (t) => {
  const { verified, server } = await verifyToken(t, careful, TOKEN, EXPIRED);

  assert.deepEqual(
    verified.broken.filter((row) => !/^(challenge|failure-limit)/.test(row)),
    [],
  );
  assert.equal(verified.code, 0, JSON.stringify(verified.result.findings, null, 1));
  assert.equal(verified.result.endpoints[0]?.service?.id, 'ollama', 'known through its token');
  assert.equal(verified.result.endpoints[0]?.auth.overall, 'guarded');
  assert.ok(verified.rows.some(({ check, verdict }) => check === 'expired-token' && verdict === 'held'));
  await assertHarmless(server.received);
});

test('no token, and nothing made of one, is printed', async (t) => {
  const { verified } = await verifyToken(t, careful, TOKEN, EXPIRED);

  const text = JSON.stringify(verified.result);
  const signatures = [TOKEN, EXPIRED].map((token) => token.split(':')[2] ?? '');
  for (const signature of signatures) assert.ok(!text.includes(signature.slice(0, 12)));
});

interface Broken {
  readonly what: string;
  readonly check: Check;
  readonly jwt?: true;
  readonly rules: readonly string[];
  readonly row: RegExp;
}

const BROKEN: readonly Broken[] = [
  {
    what: 'that ignores the expiry',
    check: forgetsExpiry,
    rules: ['unrefused-expired-token'],
    row: /^expired-token GET \S+: an expired token$/,
  },
  {
    what: 'that compares a prefix of the signature',
    check: comparesPrefix,
    rules: ['unrefused-near-credential', 'unrefused-tampered-token'],
    row: /^tampered-token .* the last character of its signature changed$/,
  },
  {
    what: 'that compares as much as there is',
    check: comparesWhatIsThere,
    rules: ['unrefused-near-credential', 'unrefused-tampered-token'],
    row: /^unsigned-token .* its signature emptied$/,
  },
  {
    what: 'that takes alg none for an algorithm',
    check: jwtCheck(true),
    jwt: true,
    rules: ['unrefused-tampered-token'],
    row: /^unsigned-token .* algorithm "none" and no signature$/,
  },
];

for (const { what, check, jwt, rules, row } of BROKEN) {
  test(`a token server ${what} is caught`, async (t) => {
    const { verified, server } = await verifyToken(t, check, jwt ? JWT : TOKEN, jwt ? EXPIRED_JWT : EXPIRED);

    assert.equal(verified.code, 1);
    assert.deepEqual(verified.rules, rules, JSON.stringify(verified.broken, null, 1));
    assert.ok(
      verified.broken.some((line) => row.test(line)),
      JSON.stringify(verified.broken, null, 1),
    );
    await assertHarmless(server.received);
  });
}

test('a JWT server that checks as it should passes', async (t) => {
  const { verified } = await verifyToken(t, jwtCheck(false), JWT, EXPIRED_JWT);

  assert.equal(verified.code, 0, JSON.stringify(verified.broken));
});

test('a token that has not expired yet proves nothing about expiry', async (t) => {
  const { verified } = await verifyToken(t, forgetsExpiry, TOKEN, tripleFor('bob', NOW + HOUR));

  const row = verified.rows.find(({ check }) => check === 'expired-token');
  assert.equal(row?.verdict, 'unknown');
  assert.match(row?.reason ?? '', /has not expired/);
});

test('a token that nobody takes is no proof: locked out or wrong key', async (t) => {
  const { verified } = await verifyToken(t, () => false, TOKEN, EXPIRED);

  assert.equal(verified.code, 1);
  assert.deepEqual(verified.rules, ['refused-right-credential']);
  assert.ok(verified.rows.every(({ check, verdict }) => !/token|near/.test(check) || verdict === 'unknown'));
});
