import { type NamedText, SCAN_DEFAULTS, type ScanPosition, type ScanRequest } from '../audit/scan-request.ts';
import { RESULT_SCHEMA, type ResultDocument } from '../model/result.ts';
import { SEVERITIES } from '../model/rule.ts';
import { UsageError } from '../model/trouble.ts';
import { PROGRAM_VERSION } from '../model/version.ts';
import type { System } from '../system/ports.ts';
import { parseShard } from '../targets/shard.ts';
import type { CommandContext } from './context.ts';
import type { ScanArguments } from './scan-arguments.ts';

const MAX_LIST_BYTES = 64 * 1_048_576;
const MAX_RESULT_BYTES = 512 * 1_048_576;

/** From options to a request; reads the lists they name. @throws UsageError */
export async function readScanRequest(args: ScanArguments, context: CommandContext): Promise<ScanRequest> {
  const { system } = context;
  const minTimeoutMs = args.minTimeout ?? SCAN_DEFAULTS.minTimeoutMs;
  const maxTimeoutMs = args.timeout ?? Math.max(SCAN_DEFAULTS.maxTimeoutMs, minTimeoutMs);
  if (args.minTimeout !== undefined && minTimeoutMs > maxTimeoutMs)
    throw new UsageError('--min-timeout is longer than --timeout');
  return {
    targets: args.targets ?? [],
    lists: await readLists('--file', args.file ?? [], system),
    local: args.local ?? false,
    ports: args.ports ?? null,
    exclude: args.exclude ?? [],
    excludeLists: await readLists('--exclude-file', args.excludeFile ?? [], system),
    allowPublic: args.allowPublic ?? [],
    sni: (args.sni ?? []).map(hostName),
    basePaths: (args.basePath ?? []).map(basePath),
    assumeReach: args.assumeReach ?? null,
    passive: args.passive ?? false,
    budget: args.maxRequests ?? SCAN_DEFAULTS.budget,
    headers: args.header ?? {},
    userAgent: args.userAgent ?? `postern/${PROGRAM_VERSION} (exposure scanner)`,
    parallel: args.parallel ?? SCAN_DEFAULTS.parallel,
    perHost: args.perHost ?? SCAN_DEFAULTS.perHost,
    rate: args.rate ?? SCAN_DEFAULTS.rate,
    engine: args.engine ?? SCAN_DEFAULTS.engine,
    endpoints: args.endpoints ?? SCAN_DEFAULTS.endpoints,
    minTimeoutMs: Math.min(minTimeoutMs, maxTimeoutMs),
    maxTimeoutMs,
    responseTimeoutMs: args.responseTimeout ?? SCAN_DEFAULTS.responseTimeoutMs,
    retries: args.retries ?? SCAN_DEFAULTS.retries,
    failOn: args.failOn ?? SCAN_DEFAULTS.failOn,
    shard: args.shard === undefined ? null : parseShard(args.shard, system.env),
    site: args.site === undefined ? null : siteName(args.site),
  };
}

/** @throws UsageError when the file is not the result of an interrupted scan. */
export async function openResume(
  args: ScanArguments,
  system: System,
): Promise<{ request: ScanRequest; position: ScanPosition; earlier: ResultDocument }> {
  const path = args.resume ?? '';
  const clash = (
    [
      'targets',
      'file',
      'local',
      'ports',
      'exclude',
      'excludeFile',
      'allowPublic',
      'sni',
      'basePath',
      'shard',
      'site',
    ] as const
  ).find((name) => {
    const value = args[name];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
  if (clash)
    throw new UsageError(
      `--resume ${path}: the targets come from that file; leave out ${clash === 'targets' ? 'the targets' : `--${clash.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`}`,
    );
  const read = await system.files.read(path, MAX_RESULT_BYTES);
  if (read.status === 'failed') throw new UsageError(`--resume ${path}: ${read.reason}`);
  const earlier = parseJson(read.text) as ResultDocument | null;
  if (earlier?.schema !== RESULT_SCHEMA)
    throw new UsageError(`--resume ${path}: not a postern result (expected schema ${RESULT_SCHEMA})`);
  if (!earlier.resume)
    throw new UsageError(`--resume ${path}: that scan was not interrupted; there is nothing left to do`);
  const { request, position } = earlier.resume;
  if (!isPosition(position) || !isRequest(request) || !Array.isArray(earlier.endpoints)) {
    throw new UsageError(`--resume ${path}: the record of where the scan stood is damaged`);
  }
  return { request, position, earlier };
}

export async function readLists(option: string, paths: readonly string[], system: System): Promise<NamedText[]> {
  const lists: NamedText[] = [];
  for (const path of paths) {
    const read =
      path === '-' ? await system.terminal.stdin(MAX_LIST_BYTES) : await system.files.read(path, MAX_LIST_BYTES);
    const name = path === '-' ? 'standard input' : path;
    if (read.status === 'failed') throw new UsageError(`${option} ${name}: ${read.reason}`);
    lists.push({ name, text: read.text });
  }
  return lists;
}

function isPosition(value: unknown): value is ScanPosition {
  const { seed, next, done } = (value ?? {}) as Partial<ScanPosition>;
  const isIndex = (number: unknown): boolean => Number.isSafeInteger(number) && (number as number) >= 0;
  return isIndex(seed) && isIndex(next) && Array.isArray(done) && done.every(isIndex);
}

/** Lists hold what lists hold and numbers are numbers; what they say is checked like on the command line. */
function isRequest(value: unknown): value is ScanRequest {
  const request = (value ?? {}) as Record<string, unknown>;
  const texts = ['targets', 'exclude', 'allowPublic', 'sni', 'basePaths'];
  const numbers = Object.entries(SCAN_DEFAULTS).filter(([, preset]) => typeof preset === 'number');
  return (
    texts.every((name) => isList(request[name], (item) => typeof item === 'string')) &&
    ['lists', 'excludeLists'].every((name) => isList(request[name], isNamedText)) &&
    numbers.every(([name]) => Number.isFinite(request[name])) &&
    SEVERITIES.some((severity) => severity === request.failOn)
  );
}

function isList(value: unknown, holds: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(holds);
}

function isNamedText(value: unknown): boolean {
  const { name, text } = (value ?? {}) as Partial<NamedText>;
  return typeof name === 'string' && typeof text === 'string';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A label that can stand in file names and Prometheus labels. */
function siteName(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text))
    throw new UsageError(`--site ${text}: expected a short name of letters, digits, dots, hyphens or underscores`);
  return text;
}

/** RFC 1123 §2.1. */
function hostName(text: string): string {
  if (text.length > 253 || !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(text)) {
    throw new UsageError(`--sni ${text}: expected a host name`);
  }
  return text.toLowerCase();
}

function basePath(text: string): string {
  if (!/^\/[^\s?#]*$/.test(text)) throw new UsageError(`--base-path ${text}: expected a path that starts with /`);
  return text.replace(/\/+$/, '');
}
