import type { SettingTables, SwitchName, TlsSwitches } from '../model/setting-table.ts';
import { UsageError } from '../model/trouble.ts';
import type { RuleFile } from './load.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

/**
 * Reads `tables/tls-switches.yaml` and `tables/known-credentials.yaml`.
 * @throws UsageError with file, line and column of a row that is not well formed.
 */
export function readSettingTables(files: readonly RuleFile[]): SettingTables {
  const switches = table(files, 'tls-switches');
  const credentials = table(files, 'known-credentials');
  return {
    switches: {
      verify: rows(switches, 'verify', switchName),
      skip: rows(switches, 'skip', switchName),
      bundle: rows(switches, 'bundle', switchName),
      authorities: rows(switches, 'authorities', switchName),
      options: rows(switches, 'options', options),
      except: rows(switches, 'except', switchName),
    },
    credentials: {
      published: rows(credentials, 'published', published),
      common: rows(credentials, 'common', word),
      placeholders: rows(credentials, 'placeholders', word),
      standIns: rows(credentials, 'stand-ins', word),
      secretNames: rows(credentials, 'secret-names', name),
      issuedByOthers: rows(credentials, 'issued-by-others', name),
      noSecretNames: rows(credentials, 'no-secret-names', name),
    },
  };
}

function table(files: readonly RuleFile[], name: string): YamlFile {
  for (const { path, text } of files) {
    if (!path.endsWith(`tables/${name}.yaml`)) continue;
    const file = parseYaml(path, text);
    if ((file.value as { table?: unknown } | null)?.table === name) return file;
  }
  throw new UsageError(`rules/tables/${name}.yaml: the table is missing`);
}

/** @throws UsageError for a row that `read` makes nothing of, and for one that is there twice. */
function rows<T>(file: YamlFile, key: string, read: (row: unknown) => T | null): T[] {
  const list = (file.value as Readonly<Record<string, unknown>>)[key];
  if (!Array.isArray(list)) throw new UsageError(`${file.at([key])}: ${key}: expected a list of rows`);
  const seen = new Set<string>();
  return list.map((row: unknown, index) => {
    const value = read(row);
    if (value === null) throw new UsageError(`${file.at([key, index])}: ${key}: not a row of this table`);
    const text = JSON.stringify(value);
    if (seen.has(text)) throw new UsageError(`${file.at([key, index])}: ${key}: the row is there twice`);
    seen.add(text);
    return value;
  });
}

function word(row: unknown): string | null {
  if (row === null) return 'null';
  return typeof row === 'string' && row !== '' ? row.toLowerCase() : null;
}

function name(row: unknown): string | null {
  return typeof row === 'string' && /^[A-Z0-9]+(?:_[A-Z0-9]+)*$/.test(row) ? row : null;
}

function record(row: unknown): Readonly<Record<string, unknown>> {
  return row !== null && typeof row === 'object' && !Array.isArray(row) ? (row as Record<string, unknown>) : {};
}

function switchName(row: unknown): SwitchName | null {
  const { name, of, source, ...rest } = record(row);
  if (typeof name !== 'string' || !/^(?:\*_)?[A-Z0-9]+(?:_[A-Z0-9]+)*$/.test(name)) return null;
  if (typeof of !== 'string' || Object.keys(rest).length > 0) return null;
  return { name, of, ...(typeof source === 'string' ? { source } : {}) };
}

function options(row: unknown): TlsSwitches['options'][number] | null {
  const { program, options: list } = record(row);
  if (typeof program !== 'string' || !Array.isArray(list)) return null;
  return list.every((option): option is string => typeof option === 'string' && option.startsWith('-'))
    ? { program, options: list }
    : null;
}

function published(row: unknown): SettingTables['credentials']['published'][number] | null {
  const { value, sha256, of } = record(row);
  if (typeof of !== 'string') return null;
  if (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)) return { value: `sha256:${sha256}`, of };
  return typeof value === 'string' || typeof value === 'number' ? { value: String(value).toLowerCase(), of } : null;
}
