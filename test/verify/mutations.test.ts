import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { mutationsOf } from '../../src/network/verify/mutations.ts';
import { readToken } from '../../src/network/verify/token.ts';

const SECRET = 'only-the-server-knows';
const EXPIRY = 1_900_000_000;

function triple(user = 'alice', expiry = EXPIRY): string {
  const payload = `${user}:${expiry}`;
  return `${payload}:${createHmac('sha256', SECRET).update(payload).digest('hex')}`;
}

function jwt(claims: object, header: object = { alg: 'HS256', typ: 'JWT' }): string {
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}

function whats(token: string): string[] {
  return mutationsOf(token).map(({ what }) => what);
}

test('a user:expiry:hmac token is read from its end', () => {
  const token = readToken(triple('team:alice'));

  assert.equal(token.form === 'signed-triple' && token.user, 'team:alice');
  assert.equal(token.form === 'signed-triple' && token.expiry, EXPIRY);
});

test('a JWT is told from a host name and from a version', () => {
  const forms = [jwt({ sub: 'a' }), 'www.example.net', '1.2.3', 'a.b.c.d'].map((text) => readToken(text).form);

  assert.deepEqual(forms, ['jwt', 'opaque', 'opaque', 'opaque']);
});

test('what is made of a user:expiry:hmac token', () => {
  assert.deepEqual(whats(triple()), [
    'its signature emptied',
    'the first character of its signature changed',
    'the middle character of its signature changed',
    'the last character of its signature changed',
    'half of its signature cut off',
    'its signature and the colon before it left out',
    'the first character of its user changed',
    'the middle character of its user changed',
    'the last character of its user changed',
    'a later expiry and the old signature',
    'its last character cut off',
    'its second half cut off',
    'four characters more at its end',
  ]);
});

test('what is made of a JWT', () => {
  assert.deepEqual(whats(jwt({ sub: 'alice', exp: EXPIRY })), [
    'algorithm "none" and no signature',
    'algorithm "None" and no signature',
    'its signature emptied',
    'the first character of its signature changed',
    'the middle character of its signature changed',
    'the last character of its signature changed',
    'half of its signature cut off',
    'the first character of its payload changed',
    'the middle character of its payload changed',
    'the last character of its payload changed',
    'a later expiry and the old signature',
    'its last character cut off',
    'its second half cut off',
    'four characters more at its end',
  ]);
});

const anyKey = fc.string({ minLength: 4, maxLength: 80 });
const anyTriple = fc
  .tuple(fc.stringMatching(/^[a-z:]{1,12}$/), fc.integer({ min: 1_000_000_000, max: 9_999_999_999 }))
  .map(([user, expiry]) => triple(user, expiry));
const anyJwt = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.integer()).map((claims) => jwt(claims));

test('no mutation is the credential itself, none is made twice, none is empty', () => {
  fc.assert(
    fc.property(fc.oneof(anyKey, anyTriple, anyJwt), (text) => {
      const values = mutationsOf(text).map(({ value }) => value);

      assert.ok(!values.includes(text));
      assert.ok(!values.includes(''));
      assert.equal(new Set(values).size, values.length);
    }),
  );
});

test('a changed signature of a JWT stands for other bytes, in its last character too', () => {
  fc.assert(
    fc.property(anyJwt, (text) => {
      const bytes = (token: string): string => Buffer.from(token.split('.')[2] ?? '', 'base64url').toString('hex');
      const changed = mutationsOf(text).filter(({ what }) => /character of its signature/.test(what));

      assert.equal(changed.length, 3);
      for (const { value } of changed) assert.notEqual(bytes(value), bytes(text));
    }),
  );
});

test('a server that checks as it should refuses every mutation', () => {
  const verifies = (token: string): boolean => {
    const parts = /^(.*):(\d+):([^:]*)$/.exec(token);
    return parts !== null && triple(parts[1], Number(parts[2])) === token;
  };

  fc.assert(
    fc.property(anyTriple, (text) => {
      assert.ok(verifies(text));
      assert.deepEqual(
        mutationsOf(text).filter(({ value }) => verifies(value)),
        [],
      );
    }),
  );
});
