import type { OpensslCipher, SuiteInfo } from '../model/tls-table.ts';

/** A suite as OpenSSL's cipher strings see it. */
export interface Candidate {
  readonly suite: SuiteInfo;
  readonly openssl: OpensslCipher;
}

export type Test = (candidate: Candidate) => boolean;

const by =
  (holds: (suite: SuiteInfo) => boolean): Test =>
  ({ suite }) =>
    holds(suite);
const exchange = (...kinds: readonly SuiteInfo['keyExchange'][]): Test =>
  by(({ keyExchange }) => kinds.includes(keyExchange));
const authentication = (kind: SuiteInfo['authentication']): Test => by((suite) => suite.authentication === kind);
const cipher = (pattern: RegExp): Test => by((suite) => pattern.test(suite.cipher));
const mac = (hash: string): Test => by((suite) => suite.mode !== 'AEAD' && suite.mac === hash);
const all =
  (...tests: readonly Test[]): Test =>
  (candidate) =>
    tests.every((test) => test(candidate));
const not =
  (test: Test): Test =>
  (candidate) =>
    !test(candidate);
const version =
  (name: string): Test =>
  ({ openssl }) =>
    openssl.minVersion === name;

export const anonymous = authentication('anonymous');
export const noEncryption = by(({ mode }) => mode === 'none');
export const kECDHE = exchange('ECDHE');
export const kDHE = exchange('DHE');
export const kRSA = exchange('RSA');
export const kPSK = exchange('PSK');
export const aECDSA = authentication('ECDSA');
export const aead = by(({ mode }) => mode === 'AEAD');
export const aesGcm = cipher(/^AES_\d+_GCM/);
export const aesOther = cipher(/^AES_\d+_(?!GCM)/);
export const chacha = cipher(/^CHACHA20/);
export const md5 = mac('MD5');
const high = cipher(/^(?:AES|CAMELLIA|ARIA|CHACHA20)/);
const none: Test = () => false;
const anyPsk = exchange('PSK', 'DHE_PSK', 'RSA_PSK', 'ECDHE_PSK');

/** Words of a cipher string (openssl-ciphers(1), ssl/ssl_ciph.c `cipher_aliases`). */
const ALIASES: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['ALL', not(noEncryption)],
  ['COMPLEMENTOFALL', noEncryption],
  ['COMPLEMENTOFDEFAULT', ({ openssl }) => !openssl.byDefault],
  ...words('kRSA', kRSA),
  ...words('RSA', all(kRSA, authentication('RSA'))),
  ...words('kEDH kDHE DH', kDHE),
  ...words('EDH DHE', all(kDHE, not(anonymous))),
  ...words('kEECDH kECDHE ECDH', kECDHE),
  ...words('EECDH ECDHE', all(kECDHE, not(anonymous))),
  ...words('ADH', all(kDHE, anonymous)),
  ...words('AECDH', all(kECDHE, anonymous)),
  ...words('aNULL', anonymous),
  ...words('eNULL NULL', noEncryption),
  ...words(
    'aRSA',
    by((suite) => suite.authentication === 'RSA'),
  ),
  ...words('aECDSA ECDSA', aECDSA),
  ...words('aDSS DSS', authentication('DSS')),
  ...words(
    'aPSK',
    by((suite) => suite.authentication === 'PSK'),
  ),
  ...words(
    'aSRP',
    by((suite) => suite.authentication === 'SRP'),
  ),
  ...words('kPSK', kPSK),
  ...words('kDHEPSK', exchange('DHE_PSK')),
  ...words('kRSAPSK', exchange('RSA_PSK')),
  ...words('kECDHEPSK', exchange('ECDHE_PSK')),
  ...words('PSK', anyPsk),
  ...words('kSRP SRP', exchange('SRP')),
  ...words('AES', cipher(/^AES/)),
  ...words('AES128', cipher(/^AES_128/)),
  ...words('AES256', cipher(/^AES_256/)),
  ...words('AESGCM', aesGcm),
  ...words('AESCCM', cipher(/^AES_\d+_CCM/)),
  ...words('AESCCM8', cipher(/^AES_\d+_CCM_8/)),
  ...words('CAMELLIA', cipher(/^CAMELLIA/)),
  ...words('CAMELLIA128', cipher(/^CAMELLIA_128/)),
  ...words('CAMELLIA256', cipher(/^CAMELLIA_256/)),
  ...words('ARIA', cipher(/^ARIA/)),
  ...words('ARIA128', cipher(/^ARIA_128/)),
  ...words('ARIA256', cipher(/^ARIA_256/)),
  ...words('ARIAGCM', cipher(/^ARIA_\d+_GCM/)),
  ...words('CHACHA20', chacha),
  ...words('SEED', cipher(/^SEED/)),
  ...words('IDEA', cipher(/^IDEA/)),
  ...words(
    'CBC',
    by(({ mode }) => mode === 'CBC'),
  ),
  ...words('MD5', md5),
  ...words('SHA SHA1', mac('SHA')),
  ...words('SHA256', mac('SHA256')),
  ...words('SHA384', mac('SHA384')),
  ...words('TLSv1.2', version('TLSv1.2')),
  ...words('TLSv1 TLSv1.0', version('TLSv1')),
  ...words('SSLv3', version('SSLv3')),
  ...words('HIGH', high),
  ...words('MEDIUM', (candidate) => medium(candidate)),
  ...words('FIPS', all(cipher(/^AES/), not(cipher(/CCM/)), not(exchange('SRP')))),
  // Known words for what stock builds no longer have.
  ...words('LOW EXP EXPORT EXPORT40 EXPORT56 RC4 RC2 DES 3DES SSLv2 KRB5 kKRB5 aKRB5 FZA aFZA kFZA eFZA', none),
  ...words(
    'kDHr kDHd kDH kECDHr kECDHe kECDH aDH aECDH aGOST aGOST01 aGOST12 kGOST kGOST18 GOST GOST94 GOST89MAC GOST2012',
    none,
  ),
]);

const shortTag = cipher(/CCM_8$/);
const medium = cipher(/^(?:SEED|IDEA)/);

/** Words that mean something else from a release on. Short tags are no longer of high strength since 3.2. */
const LATER: ReadonlyMap<string, ReadonlyMap<string, Test>> = new Map([
  [
    '3.5',
    new Map<string, Test>([
      ['HIGH', all(high, not(shortTag))],
      ['MEDIUM', (candidate) => medium(candidate) || shortTag(candidate)],
    ]),
  ],
]);

export function aliasOf(word: string, release: string): Test | undefined {
  return LATER.get(release)?.get(word) ?? ALIASES.get(word);
}

function words(names: string, test: Test): [string, Test][] {
  return names.split(' ').map((name) => [name, test]);
}
