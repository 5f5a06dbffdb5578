import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { expandCipherString, type OpensslReleaseName } from '../../src/tls/cipher-string.ts';
import { requireProgram } from '../support/program.ts';
import { TABLES } from './support/inspect.ts';

/** From configuration guides, defaults of servers and clients, and documentation; and some that only OpenSSL's rules explain. */
const STRINGS = [
  'ALL:COMPLEMENTOFALL',
  'ALL:COMPLEMENTOFALL:@SECLEVEL=0',
  'ALL:@SECLEVEL=0',
  'DEFAULT',
  'DEFAULT@SECLEVEL=0',
  'DEFAULT@SECLEVEL=1',
  'DEFAULT:@SECLEVEL=2',
  'DEFAULT:!DH',
  'DEFAULT:-kRSA:+AES256',
  'HIGH',
  'HIGH:!aNULL',
  'HIGH:!aNULL:!MD5',
  'HIGH:!aNULL:!kRSA:!PSK:!SRP:!MD5:!RC4',
  'HIGH:MEDIUM:!SSLv2:!LOW:!EXP:!aNULL:@STRENGTH',
  'HIGH:+kRSA:-DHE:@SECLEVEL=0',
  'ALL:!ADH:!LOW:!EXP:!MD5:@STRENGTH',
  'ALL:@STRENGTH:@SECLEVEL=0',
  'MEDIUM:HIGH:@SECLEVEL=0',
  'EECDH+AESGCM:EDH+AESGCM',
  'EECDH+AESGCM:EDH+AESGCM:AES256+EECDH:AES256+EDH',
  'AES128+EECDH:AES128+EDH',
  'EECDH+CHACHA20:EECDH+AES128:RSA+AES128:EECDH+AES256:RSA+AES256:EECDH+3DES:RSA+3DES:!MD5',
  'kEECDH+aRSA+AES:RSA+AES:!3DES',
  'kEECDH+ECDSA kEECDH kEDH HIGH +SHA !aNULL !eNULL !LOW !MD5 !EXP',
  'ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:ECDH+AESGCM:DH+AESGCM:ECDH+AES:DH+AES:RSA+AESGCM:RSA+AES:!aNULL:!eNULL:!MD5:!DSS',
  '@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM',
  'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-SHA256:AES128-GCM-SHA256:AES256-SHA:DES-CBC3-SHA',
  'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-SHA256:HIGH:!aNULL:!eNULL:!EXPORT:!DES:!RC4:!MD5:!PSK:!SRP:!CAMELLIA',
  'AES256-SHA:ECDHE-RSA-AES128-GCM-SHA256',
  'TLSv1',
  'TLSv1:!aNULL:@SECLEVEL=0',
  'TLSv1.2',
  'TLSv1.2:!PSK:@SECLEVEL=0',
  'TLSv1.2+HIGH:!aNULL',
  'SSLv3:@SECLEVEL=0',
  'FIPS:@SECLEVEL=0',
  'CHACHA20:AES128',
  'SHA256',
  'SHA384:SHA1',
  'ECDSA+AESGCM:aRSA+AESGCM',
  'PSK:@SECLEVEL=0',
  'kPSK+AES:kECDHEPSK:@SECLEVEL=0',
  'AESCCM:AESCCM8:ARIA:@SECLEVEL=0',
  'CAMELLIA256:CAMELLIA:@SECLEVEL=0',
  'eNULL:@SECLEVEL=0',
  'aNULL:@SECLEVEL=0',
  'ALL:-ALL:AES',
  'ALL:!AES128:!CAMELLIA:@SECLEVEL=3',
  'HIGH:@SECLEVEL=4',
  'HIGH:@SECLEVEL=5',
  'SEED:IDEA:HIGH:@SECLEVEL=0',
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

  for (const text of STRINGS) {
    // Debian's program starts at level 2.
    const given = text.includes('@SECLEVEL') ? text : `${text}:@SECLEVEL=1`;
    const listed: string[] = execFileSync(openssl, ['ciphers', '-s', '-psk', '-srp', given], { encoding: 'utf8' })
      .trim()
      .split(':');
    const classic = listed.filter((name) => name !== '' && !name.startsWith('TLS_'));
    assert.deepEqual(names(given, '3.0'), classic, given);
  }
});

/** The OpenSSL inside a Node, asked by the hellos that it sends. They hold no SRP. */
const ORACLES = [
  { release: '1.1.1', program: 'node-16.20.2' },
  { release: '3.5', program: 'node-24.21.0' },
] as const;

for (const { release, program } of ORACLES) {
  test(`strings expand as OpenSSL ${release} puts them into its hello, order included`, (t) => {
    const node = requireProgram(t, program);
    if (node === null) return;
    const oracle = fileURLToPath(new URL('./support/cipher-string-oracle.cjs', import.meta.url));

    const answer = execFileSync(node, [oracle], { input: JSON.stringify(STRINGS), encoding: 'utf8' });

    const hellos = JSON.parse(answer) as (readonly number[] | null)[];
    for (const [index, text] of STRINGS.entries()) {
      const expanded = expandCipherString(text, release, TABLES).suites.filter(
        ({ keyExchange, authentication }) => keyExchange !== 'SRP' && authentication !== 'SRP',
      );
      const nameOf = (code: number) => TABLES.suites.find((suite) => suite.code === code)?.name ?? code;
      const seen = (hellos[index] ?? []).filter((code) => code !== RENEGOTIATION_SCSV).map(nameOf);
      assert.deepEqual(
        expanded.map(({ name }) => name),
        seen,
        text,
      );
    }
  });
}

const RENEGOTIATION_SCSV = 0x00ff;

test('releases differ: SEED and IDEA end with 1.1.1, short tags lose their strength in 3.5', () => {
  const has = (name: string, text: string, release: OpensslReleaseName) => names(text, release).includes(name);

  assert.ok(has('SEED-SHA', 'ALL', '1.1.1'));
  assert.ok(!has('SEED-SHA', 'ALL', '3.0'));
  assert.ok(has('AES128-CCM8', 'HIGH', '3.0'));
  assert.ok(!has('AES128-CCM8', 'HIGH', '3.5'));
  assert.ok(has('AES128-CCM8', 'MEDIUM:@SECLEVEL=0', '3.5'));
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
