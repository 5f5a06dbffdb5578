import { UsageError } from '../../model/trouble.ts';
import { parseAddress } from '../address.ts';
import type { TargetExpression } from '../expression.ts';
import { quote } from '../quote.ts';
import { readUrl } from '../url.ts';
import { openPort } from './open-port.ts';

type JsonRecord = Readonly<Record<string, unknown>>;

/** One JSON record on a line of its own. @throws UsageError with the line. */
export function parseJsonLine(line: string, where: string): TargetExpression[] {
  return readRecord(parseOne(line, where), where);
}

function parseOne(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new UsageError(`${where}: ${quote(line)} is not valid JSON: expected one record of masscan, naabu or httpx`);
  }
}

/**
 * masscan writes one record a line, with the brackets and commas on lines of their own, and no closing bracket when it
 * is stopped (src/out-json.c); older versions end every record with a comma. An array in any other layout is read whole.
 */
export function parseJsonArray(text: string, where: string): TargetExpression[] {
  const whole = parseWhole(text);
  if (whole) return whole.flatMap((record, i) => readRecord(record, `${where}: record ${i + 1}`));
  return text.split(/\r\n|\r|\n/).flatMap((line, i) => {
    const record = line
      .trim()
      .replace(/^[[,]\s*/, '')
      .replace(/\s*[,\]]$/, '');
    // `{finished: 1}` ended the arrays of masscan 1.0.4 and older.
    return record === '' || /^\{\s*finished:/.test(record) ? [] : parseJsonLine(record, `${where}:${i + 1}`);
  });
}

function parseWhole(text: string): unknown[] | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function readRecord(value: unknown, where: string): TargetExpression[] {
  if (!isRecord(value)) throw unknownRecord(value, where);
  if (typeof value.url === 'string') return readHttpx(value, value.url, where);
  if (Array.isArray(value.ports)) return value.ports.flatMap((port: unknown) => readMasscan(value, port, where));
  if ('ip' in value && 'rec_type' in value) return readMasscan(value, value, where);
  if ('ip' in value && 'port' in value) return readNaabu(value, where);
  throw unknownRecord(value, where);
}

/** httpx `Result` (runner/types.go). The URL is what answered; its query and fragment are no part of a base path. */
function readHttpx({ failed }: JsonRecord, text: string, where: string): TargetExpression[] {
  if (failed === true) return [];
  const url = readUrl(text, true);
  if (url.status === 'failed')
    throw new UsageError(`${where}: ${quote(text)} is not a target: expected ${url.expected}`);
  return [{ text, where, kind: 'url', ...url.parts }];
}

/**
 * `{"ip", "ports": [{"port", "proto", "status"}]}` with `service` in place of `status` for a banner (src/out-json.c),
 * or flat with `data` (src/out-ndjson.c). A banner comes from an open port.
 */
function readMasscan({ ip }: JsonRecord, entry: unknown, where: string): TargetExpression[] {
  if (!isRecord(entry)) throw unknownRecord(entry, where);
  const status = isRecord(entry.data) ? (entry.data.status ?? 'open') : (entry.status ?? 'open');
  if (entry.proto !== 'tcp' || status !== 'open') return [];
  return [openPort({ address: ip, port: entry.port, where })];
}

/** naabu `jsonResult` (pkg/runner/output.go): `host` only when a name was scanned, port 0 when only the host was found. */
function readNaabu({ ip, host, port, protocol }: JsonRecord, where: string): TargetExpression[] {
  if (protocol !== undefined && protocol !== 'tcp' && protocol !== '') return [];
  const name = typeof host === 'string' && !parseAddress(host) ? host : undefined;
  return [openPort({ address: ip, port: port === 0 ? undefined : port, name, where })];
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names keys only: values may be large, deep or secret. */
function unknownRecord(value: unknown, where: string): UsageError {
  const what = isRecord(value) ? `a record with ${quote(Object.keys(value).slice(0, 5).join())}` : quote(typeof value);
  return new UsageError(`${where}: ${what} is not known: expected the JSON output of masscan, naabu or httpx`);
}
