import type { SuiteInfo, TlsTables } from '../model/tls-table.ts';
import {
  aECDSA,
  aead,
  aesGcm,
  aesOther,
  aliasOf,
  anonymous,
  type Candidate,
  chacha,
  kDHE,
  kECDHE,
  kPSK,
  kRSA,
  md5,
  type Test,
} from './cipher-aliases.ts';

/*
 * OpenSSL cipher strings (`HIGH:!aNULL:!MD5`), expanded as a release would. TLS 1.3 suites are configured apart.
 * The steps are those of ssl_create_cipher_list() in ssl/ssl_ciph.c, OpenSSL 1.1.1 to 3.5.
 */

export const OPENSSL_RELEASES = ['1.1.1', '3.0', '3.5'] as const;
export type OpensslReleaseName = (typeof OPENSSL_RELEASES)[number];

export interface ExpandedCipherString {
  /** In order of preference, those left out that the security level forbids. */
  readonly suites: readonly SuiteInfo[];
  readonly securityLevel: number;
  /** Words that this release does not know; OpenSSL ignores them silently. */
  readonly unknown: readonly string[];
}

interface Entry extends Candidate {
  /** Bits that levels and the sort by strength go by. */
  readonly strength: number;
  active: boolean;
}

/** Short tags count for 64 bits since OpenSSL 3.2 (CHANGES.md: "downgraded to security level zero"). */
function strengthOf({ cipher, bits }: SuiteInfo, release: OpensslReleaseName): number {
  return release === '3.5' && cipher.endsWith('_CCM_8') ? 64 : bits;
}

type Operation = 'add' | 'order' | 'delete' | 'bump' | 'kill';
type EntryTest = (entry: Entry) => boolean;

export function expandCipherString(text: string, release: OpensslReleaseName, tables: TlsTables): ExpandedCipherString {
  const suites = new Map(tables.suites.map((suite) => [suite.code, suite]));
  let list: Entry[] = tables.opensslCiphers
    .filter(({ until }) => until === null || until >= release)
    .flatMap((openssl) => {
      const suite = suites.get(openssl.code);
      return suite ? [{ suite, openssl, strength: strengthOf(suite, release), active: false }] : [];
    })
    // Collected from the end of a table that is sorted by code.
    .sort((a, b) => b.openssl.code - a.openssl.code);
  const apply = (operation: Operation, test: EntryTest): void => {
    list = applied(list, operation, test);
  };

  rank(apply);
  const unknown: string[] = [];
  let securityLevel = tables.opensslReleases.find((row) => row.release === release)?.securityLevel ?? 1;
  // A command needs no separator before it: DEFAULT@SECLEVEL=0.
  const tokens = text.split(/[:;, ]+|(?=@)/).filter((token) => token !== '');
  const rules = tokens[0] === 'DEFAULT' ? ['ALL', '!COMPLEMENTOFDEFAULT', '!eNULL', ...tokens.slice(1)] : tokens;
  for (const token of rules) {
    const level = /^@SECLEVEL=(\d)$/.exec(token)?.[1];
    if (level !== undefined) securityLevel = Number(level);
    else if (token === '@STRENGTH') strengthSort(apply);
    else {
      const [, sign = '', words = ''] = /^([!+-]?)(.*)$/.exec(token) ?? [];
      const tests = words.split('+').map((word) => testFor(word, release, tables));
      if (words === '' || tests.includes(null)) unknown.push(token);
      else apply(SIGNS[sign] ?? 'add', (candidate) => tests.every((test) => test?.(candidate) === true));
    }
  }
  const chosen = list.filter(({ active }) => active).filter((entry) => permitted(entry, securityLevel));
  return { suites: chosen.map(({ suite }) => suite), securityLevel, unknown };
}

const SIGNS: Readonly<Record<string, Operation>> = { '': 'add', '+': 'order', '-': 'delete', '!': 'kill' };

/** The order that every string starts from. */
function rank(apply: (operation: Operation, test: EntryTest) => void): void {
  const everything: Test = () => true;
  apply('add', (one) => kECDHE(one) && aECDSA(one));
  apply('add', kECDHE);
  apply('delete', kECDHE);
  for (const test of [aesGcm, chacha, aesOther, everything]) apply('add', test);
  for (const test of [md5, anonymous, kRSA, kPSK]) apply('order', test);
  strengthSort(apply);
  apply('bump', ({ openssl }) => openssl.minVersion === 'TLSv1.2');
  apply('bump', aead);
  apply('bump', (one) => kDHE(one) || kECDHE(one));
  apply('bump', (one) => (kDHE(one) || kECDHE(one)) && aead(one));
  apply('delete', everything);
}

function strengthSort(apply: (operation: Operation, test: EntryTest) => void): void {
  for (const bits of [256, 128, 112, 64, 0]) apply('order', ({ strength }) => strength === bits);
}

/** Moves keep the order of what is moved, as OpenSSL's doubly linked list does. */
function applied(list: readonly Entry[], operation: Operation, test: EntryTest): Entry[] {
  const wanted = (entry: Entry): boolean =>
    (operation === 'kill' || entry.active === (operation !== 'add')) && test(entry);
  const moved = list.filter(wanted);
  const rest = list.filter((entry) => !wanted(entry));
  switch (operation) {
    case 'add':
      return [...rest, ...moved.map((entry) => ({ ...entry, active: true }))];
    case 'order':
      return [...rest, ...moved];
    case 'bump':
      return [...moved, ...rest];
    case 'delete':
      return [...moved.map((entry) => ({ ...entry, active: false })), ...rest];
    case 'kill':
      return rest;
  }
}

function testFor(word: string, release: OpensslReleaseName, tables: TlsTables): Test | null {
  const alias = aliasOf(word, release);
  if (alias) return alias;
  const named = tables.opensslCiphers.find(({ name }) => name === word);
  if (named) return ({ openssl }) => openssl.code === named.code;
  const standard = tables.suites.find(({ name }) => name === word);
  return standard ? ({ suite }) => suite.code === standard.code : null;
}

/** Bits of security that each level asks for (SSL_CTX_set_security_level(3)). */
const LEVEL_BITS = [0, 80, 112, 128, 192, 256];

/** ssl_security_default_callback() for suites. */
function permitted({ suite, strength }: Entry, level: number): boolean {
  if (level === 0) return true;
  if (strength < (LEVEL_BITS[level] ?? 256)) return false;
  if (suite.authentication === 'anonymous' || (suite.mode !== 'AEAD' && suite.mac === 'MD5')) return false;
  // HMAC-SHA1 counts for 160 bits.
  if ((LEVEL_BITS[level] ?? 256) > 160 && suite.mode !== 'AEAD' && suite.mac === 'SHA') return false;
  const forward = ['DHE', 'ECDHE', 'DHE_PSK', 'ECDHE_PSK'].includes(suite.keyExchange);
  return level < 3 || forward;
}
