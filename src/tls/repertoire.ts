import type { TlsVersion } from '../model/tls.ts';
import { type GroupInfo, isPostQuantum, type SuiteInfo, type TlsTables } from '../model/tls-table.ts';

/** The tables, as lists of codes for hellos. */
export interface Repertoire {
  suite(code: number): SuiteInfo | undefined;
  group(code: number): GroupInfo | undefined;
  schemeName(code: number): string;
  /** Hybrid or lattice alone. */
  isPostQuantum(group: number): boolean;
  /** Suites that a version may negotiate, in the order of the registry. */
  suitesOf(version: TlsVersion): readonly number[];
  /** The suites that real servers of the version have, few enough for a server that chokes on long lists. */
  commonOf(version: TlsVersion): readonly number[];
  /** What a quick inspection proves refused: whatever is not ECDHE, authenticated, AEAD of 128 bits or more. */
  readonly unwanted: readonly number[];
  readonly wanted: readonly number[];
  /** Groups for TLS 1.3, hybrids first. */
  readonly modernGroups: readonly number[];
  /** Groups that may be chosen in TLS 1.2 and before. */
  readonly classicGroups: readonly number[];
  /** Elliptic curves of less than 224 bits. */
  readonly weakGroups: readonly number[];
  readonly schemes: readonly number[];
  readonly ssl2Kinds: readonly number[];
}

export function repertoire(tables: TlsTables): Repertoire {
  const suites = new Map([...tables.suites, ...tables.sslv2].map((suite) => [suite.code, suite]));
  const groups = new Map(tables.groups.map((group) => [group.code, group]));
  const schemes = new Map(tables.schemes.map((scheme) => [scheme.code, scheme.name]));
  const modern = tables.suites.filter(({ keyExchange }) => keyExchange === 'any').map(codeOf);
  const classic = tables.suites.filter(({ keyExchange }) => keyExchange !== 'any');
  const common = classic.filter(isCommon);
  const codes = (list: readonly SuiteInfo[]): number[] => list.map(codeOf);
  const lattice = tables.groups.filter(isPostQuantum).map(codeOf);
  return {
    suite: (code) => suites.get(code),
    group: (code) => groups.get(code),
    schemeName: (code) => schemes.get(code) ?? `0x${code.toString(16).padStart(4, '0')}`,
    suitesOf: (version) =>
      version === 'SSLv2' ? codes(tables.sslv2) : version === 'TLSv1.3' ? modern : codes(classic),
    commonOf: (version) => (version === 'TLSv1.3' ? modern : codes(common)),
    unwanted: codes(classic.filter((suite) => !isWanted(suite))),
    wanted: codes(classic.filter(isWanted)),
    isPostQuantum: (code) => lattice.includes(code),
    modernGroups: [...lattice, ...tables.groups.map(codeOf).filter((code) => !lattice.includes(code))],
    classicGroups: tables.groups.filter(({ kind }) => kind === 'ec' || kind === 'gost').map(codeOf),
    weakGroups: tables.groups.filter(({ kind, bits }) => kind === 'ec' && bits < 224).map(codeOf),
    schemes: tables.schemes.map(codeOf),
    ssl2Kinds: codes(tables.sslv2),
  };
}

function codeOf({ code }: { readonly code: number }): number {
  return code;
}

/** Forward-secret without a group of unknown size, authenticated by certificate, AEAD of 128 bits or more. */
function isWanted(suite: SuiteInfo): boolean {
  const exchange = suite.keyExchange === 'ECDHE' || suite.keyExchange === 'any';
  const authenticated = suite.authentication !== 'anonymous';
  return exchange && authenticated && suite.mode === 'AEAD' && suite.bits >= 128 && !suite.name.startsWith('OLD_');
}

function isCommon({ keyExchange, authentication, cipher, exportGrade }: SuiteInfo): boolean {
  const exchange = keyExchange === 'RSA' || keyExchange === 'ECDHE' || keyExchange === 'DHE';
  const plain = authentication === 'RSA' || authentication === 'ECDSA';
  return exchange && plain && !exportGrade && /^(?:AES_(?:128|256)_(?:CBC|GCM)|CHACHA20|3DES|RC4_128$)/.test(cipher);
}
