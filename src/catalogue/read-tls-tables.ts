import { GRADES, type GradingRow, type GuidelineProfile, TRAITS } from '../model/tls-grade.ts';
import type {
  ClientInfo,
  GroupInfo,
  GroupKind,
  LifetimeLimit,
  OpensslCipher,
  OpensslRelease,
  SchemeInfo,
  SuiteInfo,
  TlsTables,
} from '../model/tls-table.ts';
import { GROUP_KINDS } from '../model/tls-table.ts';
import { UsageError } from '../model/trouble.ts';
import type { RuleFile } from './load.ts';
import { suiteParts } from './suite-name.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

type Row = readonly unknown[];

/**
 * Reads the plain tables of `rules/tables/` (files with a `table:` key) that describe TLS.
 * @throws UsageError with file, line and column of a row that is not well formed.
 */
export function readTlsTables(files: readonly RuleFile[]): TlsTables {
  const tables = new Map<string, YamlFile>();
  for (const { path, text } of files) {
    if (!/(?:^|\/)tables\//.test(path)) continue;
    const file = parseYaml(path, text);
    const name = (file.value as { table?: unknown } | null)?.table;
    if (typeof name === 'string') tables.set(name, file);
  }
  return {
    suites: rows(tables, 'cipher-suites', 'suites', suite),
    sslv2: rows(tables, 'cipher-suites', 'sslv2', suite),
    groups: rows(tables, 'named-groups', 'groups', group),
    schemes: rows(tables, 'signature-schemes', 'schemes', scheme),
    grading: rows(tables, 'grading', 'traits', gradingRow),
    profiles: rows(tables, 'mozilla-guidelines', 'profiles', profile),
    opensslCiphers: rows(tables, 'openssl-ciphers', 'ciphers', opensslCipher),
    opensslReleases: rows(tables, 'openssl-ciphers', 'releases', opensslRelease),
    lifetimes: rows(tables, 'lifetime-limits', 'limits', lifetime),
    clients: rows(tables, 'clients', 'clients', client),
  };
}

function rows<T>(
  tables: ReadonlyMap<string, YamlFile>,
  table: string,
  key: string,
  read: (row: unknown) => T | null,
): T[] {
  const file = tables.get(table);
  if (!file) throw new UsageError(`rules/tables/${table}.yaml: the table is missing`);
  const list = (file.value as Readonly<Record<string, unknown>>)[key];
  if (!Array.isArray(list)) throw new UsageError(`${file.at([key])}: expected a list of rows`);
  return list.map((row, index) => {
    const value = read(row);
    if (value === null) throw new UsageError(`${file.at([key, index])}: not a row of the table ${table}`);
    return value;
  });
}

function suite(row: unknown): SuiteInfo | null {
  const [code, name, source] = asRow(row);
  if (typeof code !== 'number' || typeof name !== 'string' || typeof source !== 'string') return null;
  return { code, name, source, ...suiteParts(name) };
}

function group(row: unknown): GroupInfo | null {
  const [code, name, kind, bits, source] = asRow(row);
  const known = GROUP_KINDS.find((candidate) => candidate === kind) satisfies GroupKind | undefined;
  if (typeof code !== 'number' || typeof name !== 'string' || typeof bits !== 'number') return null;
  if (known === undefined || typeof source !== 'string') return null;
  return { code, name, kind: known, bits, source };
}

function scheme(row: unknown): SchemeInfo | null {
  const [code, name, source] = asRow(row);
  if (typeof code !== 'number' || typeof name !== 'string' || typeof source !== 'string') return null;
  return { code, name, source };
}

function asRow(row: unknown): Row {
  return Array.isArray(row) ? row : [];
}

function gradingRow(row: unknown): GradingRow | null {
  const { trait, cap, rule, says, source } = asRecord(row);
  const known = TRAITS.find((candidate) => candidate === trait);
  const grade = GRADES.find((candidate) => candidate === cap);
  if (!known || !grade || typeof rule !== 'string' || typeof says !== 'string' || typeof source !== 'string')
    return null;
  return { trait: known, cap: grade, rule, says, source };
}

const LISTS = ['versions', 'suites', 'groups', 'keyKinds', 'curves', 'signatures'] as const;

function profile(row: unknown): GuidelineProfile | null {
  const fields = asRecord(row);
  const named = typeof fields.name === 'string' && typeof fields.version === 'string';
  const lists = LISTS.every((key) => Array.isArray(fields[key]));
  const numbers = typeof fields.maxLifetimeDays === 'number' && typeof fields.serverOrder === 'boolean';
  return named && lists && numbers ? (row as GuidelineProfile) : null;
}

function asRecord(row: unknown): Readonly<Record<string, unknown>> {
  return row !== null && typeof row === 'object' ? (row as Record<string, unknown>) : {};
}

function lifetime(row: unknown): LifetimeLimit | null {
  const { since, days } = asRecord(row);
  return typeof since === 'string' && !Number.isNaN(Date.parse(since)) && typeof days === 'number'
    ? { since, days }
    : null;
}

function opensslCipher(row: unknown): OpensslCipher | null {
  const [code, name, minVersion, byDefault, until = null] = asRow(row);
  if (typeof code !== 'number' || typeof name !== 'string' || typeof minVersion !== 'string') return null;
  if (typeof byDefault !== 'boolean' || (until !== null && typeof until !== 'string')) return null;
  return { code, name, minVersion, byDefault, until };
}

function opensslRelease(row: unknown): OpensslRelease | null {
  const { release, securityLevel } = asRecord(row);
  return typeof release === 'string' && typeof securityLevel === 'number' ? { release, securityLevel } : null;
}

function client(row: unknown): ClientInfo | null {
  const fields = asRecord(row);
  const texts = ['name', 'as', 'trust', 'source'].every((key) => typeof fields[key] === 'string');
  const lists = ['versions', 'suites', 'groups', 'keys'].every((key) => Array.isArray(fields[key]));
  return texts && lists && typeof fields.rsaBits === 'number' ? (row as ClientInfo) : null;
}
