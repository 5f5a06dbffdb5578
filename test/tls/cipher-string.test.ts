import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { expandCipherString, type OpensslReleaseName } from '../../src/tls/cipher-string.ts';
import { requireProgram } from '../support/program.ts';
import { TABLES } from './support/inspect.ts';

const STRINGS = [
  'ALL:COMPLEMENTOFALL',
  'DEFAULT',
  'HIGH:!aNULL:!MD5',
  'ECDHE+AESGCM:DHE+AESGCM:!aNULL',
  'EECDH+AESGCM:EDH+AESGCM',
  'AES256-SHA:ECDHE-RSA-AES128-GCM-SHA256',
  'ALL:@STRENGTH',
  'HIGH:+kRSA:-DHE',
  'kEECDH+aRSA+AES:RSA+AES:!3DES',
  'TLSv1.2:!PSK',
  'DEFAULT:!DH',
  'CHACHA20:AES128',
  'MEDIUM:HIGH',
  'SHA256',
];

const names = (text: string, release: OpensslReleaseName) => {
  const byCode = new Map(TABLES.opensslCiphers.map(({ code, name }) => [code, name]));
  return expandCipherString(text, release, TABLES).suites.map(({ code }) => byCode.get(code));
};

test('strings expand as `openssl ciphers` does, order included', (t) => {
  const openssl = requireProgram(t, 'openssl');
  if (openssl === null) return;
  const version = execFileSync(openssl, ['version'], { encoding: 'utf8' });
  if (!/^OpenSSL 3\.0\./.test(version)) return t.skip(`compared with OpenSSL 3.0 only, this is ${version.trim()}`);

  for (const text of STRINGS.map((one) => `${one}:@SECLEVEL=0`)) {
    const listed: string[] = execFileSync(openssl, ['ciphers', text], { encoding: 'utf8' }).trim().split(':');
    assert.deepEqual(
      names(text, '3.0'),
      listed.filter((name) => !name.startsWith('TLS_')),
      text,
    );
  }
});

test('releases differ: SEED and IDEA end with 1.1.1, short tags lose their strength in 3.5', () => {
  const has = (name: string, text: string, release: OpensslReleaseName) => names(text, release).includes(name);

  assert.ok(has('SEED-SHA', 'ALL', '1.1.1'));
  assert.ok(!has('SEED-SHA', 'ALL', '3.0'));
  assert.ok(has('AES128-CCM8', 'HIGH', '3.0'));
  assert.ok(!has('AES128-CCM8', 'HIGH', '3.5'));
  assert.ok(has('AES128-CCM8', 'HIGH:@SECLEVEL=0', '3.5'));
});

test('the security level decides what is left: no anonymous suites from level 1, forward secrecy from level 3', () => {
  assert.ok(names('ALL:@SECLEVEL=0', '3.0').includes('ADH-AES128-SHA'));
  assert.ok(!names('ALL', '3.0').includes('ADH-AES128-SHA'));
  assert.ok(!names('ALL:@SECLEVEL=3', '3.0').includes('AES128-GCM-SHA256'));
  assert.equal(expandCipherString('HIGH', '3.5', TABLES).securityLevel, 2);
});

test('unknown words are reported, known words that match nothing are not', () => {
  const { unknown, suites } = expandCipherString('ECDHE+AESGCM:!RC4:!3DES:HIHG:!bogus', '3.0', TABLES);

  assert.deepEqual(unknown, ['HIHG', '!bogus']);
  assert.equal(suites.length, 4);
});

test('what uvicorn asked for by default: two suites of TLS 1.2 on the wire, CBC with SHA-1', () => {
  const suites = expandCipherString('TLSv1', '3.0', TABLES).suites.filter(
    ({ authentication, keyExchange }) => authentication === 'RSA' && keyExchange === 'ECDHE',
  );

  assert.deepEqual(
    suites.map(({ name }) => name),
    ['TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'],
  );
});
