import { auditCertificateFiles } from '../audit/certificate-files.ts';
import { readClientIdentity } from '../audit/client-identity.ts';
import { auditTls } from '../audit/tls.ts';
import { TLS_DEFAULTS, type TlsRequest } from '../audit/tls-request.ts';
import { openTlsSpace, readAuthority, trustedAuthority } from '../audit/tls-space.ts';
import { openTrustStores } from '../audit/trust-stores.ts';
import { openTlsTables } from '../catalogue/tls-tables.ts';
import type { ResultDocument } from '../model/result.ts';
import { UsageError } from '../model/trouble.ts';
import { PROGRAM_VERSION } from '../model/version.ts';
import type { System } from '../system/ports.ts';
import { tlsWire } from '../system/tls-wire.ts';
import { parsePorts } from '../targets/ports.ts';
import { TLS_OPTIONS } from './commands/tls-options.ts';
import { configured } from './configured.ts';
import type { CommandContext, ExitCode } from './context.ts';
import { openOutputs } from './outputs.ts';
import { createProgress, portsLine } from './progress.ts';
import { ruleBookWith } from './rules-directories.ts';
import { openScanHistory } from './scan-history.ts';
import { readLists } from './scan-request.ts';
import { configurationText, effortText, talkative } from './talk.ts';
import type { TlsArguments } from './tls-arguments.ts';
import { counts, type Gate } from './verdict.ts';

/** Runs `postern tls` and resolves to its exit code. @throws UsageError */
export async function runTls(given: TlsArguments, context: CommandContext): Promise<ExitCode> {
  const { system } = context;
  const settings = await configured('tls', TLS_OPTIONS, given, system);
  if (given.printConfig) return (await import('./print-config.ts')).printConfig('tls', TLS_OPTIONS, settings, system);
  const { args, config, file } = settings;
  const say = talkative(args, system);
  say(configurationText(settings));
  const outputs = await openOutputs(args, system, {
    table: async () => (await import('../report/tls/table.ts')).reportTlsTable,
  });
  const files = args.cert ?? [];
  const dials = (args.hosts ?? []).length > 0 || (args.targets ?? []).length > 0;
  if (args.key !== undefined && files.length === 0)
    throw new UsageError('--key needs --cert: expected the certificate it belongs to');
  if (files.length > 0 && dials) throw new UsageError('--cert inspects files: expected either targets or --cert');
  const pins = [...config.pins, ...(args.pin ?? []).map(readPin)];
  const wire = tlsWire(system.env.SSL_CERT_FILE);
  const authorities = [...(args.ca ?? []).map(readAuthority), ...config.trust.map(trustedAuthority)];
  const [catalogue, tables, stores] = await Promise.all([
    ruleBookWith(args.rules ?? [], system.files, file),
    openTlsTables(),
    openTrustStores(authorities, wire, system.files),
  ]);

  if (files.length > 0) {
    if (args.save || args.baseline !== undefined)
      throw new UsageError('--cert inspects files: expected neither --save nor --baseline');
    const request = {
      paths: files,
      key: args.key ?? null,
      name: args.serverName ?? null,
      pins,
      failOn: args.failOn ?? TLS_DEFAULTS.failOn,
    };
    const document = await auditCertificateFiles(request, {
      catalogue,
      tables,
      stores: stores(null),
      wire,
      clock: system.clock,
    });
    await outputs.write(document);
    return document.findings.some(({ state }) => state === 'active') ? 1 : 0;
  }

  const request = await readTlsRequest(args, pins, system, wire);
  const { space, troubles } = await openTlsSpace(request, system);
  const history = await openScanHistory(args, system);
  const progress = createProgress(system, args.quiet === true || space.size === 1, portsLine);
  const onProgress = (done: number, of: number): void => progress.update({ done, of });
  const watch = history.watch === undefined ? {} : { watch: history.watch };
  const { document: found, interrupted } = await auditTls(
    { request, space, troubles, catalogue, tables, stores, wire, onProgress, ...watch },
    system,
  );
  progress.end();
  const document = history.compared(found);
  say(effortText(document));
  await outputs.write(document);
  await history.keep(document);
  if (interrupted) {
    system.terminal.err('postern: interrupted; the result holds what was learned until then\n');
    return 130;
  }
  return verdict(document, { strict: args.strict === true, onlyNew: args.failOnNew === true, failOn: request.failOn });
}

async function readTlsRequest(
  args: TlsArguments,
  pins: readonly string[],
  system: System,
  wire: ReturnType<typeof tlsWire>,
): Promise<TlsRequest> {
  return {
    targets: args.hosts ?? [],
    lists: await readLists('--targets', args.targets ?? [], system),
    ports: args.ports === undefined ? TLS_DEFAULTS.ports : parsePorts(args.ports, new Map()),
    exclude: args.exclude ?? [],
    excludeLists: await readLists('--exclude-file', args.excludeFile ?? [], system),
    allowPublic: args.allowPublic ?? [],
    assumeReach: args.assumeReach ?? null,
    mode: args.quick ? 'quick' : 'full',
    serverName: args.serverName ?? null,
    identity: await readClientIdentity(args.clientCert, args.clientKey, wire),
    pins,
    parallel: args.parallel ?? TLS_DEFAULTS.parallel,
    perHost: args.perHost ?? TLS_DEFAULTS.perHost,
    maxConnections: args.maxConnections ?? TLS_DEFAULTS.maxConnections,
    paceMs: args.pace ?? TLS_DEFAULTS.paceMs,
    connectTimeoutMs: args.timeout ?? TLS_DEFAULTS.connectTimeoutMs,
    responseTimeoutMs: args.responseTimeout ?? TLS_DEFAULTS.responseTimeoutMs,
    userAgent: args.userAgent ?? `postern/${PROGRAM_VERSION} (exposure scanner)`,
    failOn: args.failOn ?? TLS_DEFAULTS.failOn,
  };
}

function readPin(text: string): string {
  const [, digest = ''] = /^sha256\/\/?([A-Za-z0-9+/]{43}=)$/.exec(text) ?? [];
  if (digest === '') throw new UsageError(`--pin ${text}: expected sha256/ and 44 characters of base64`);
  return `sha256/${digest}`;
}

/** Usage (2) and our own faults (4) never get here. */
function verdict(document: ResultDocument, gate: Gate): ExitCode {
  if (document.findings.some((finding) => counts(finding, gate))) return 1;
  const tls = document.tls ?? [];
  if (tls.length === 0) return 3;
  const missed = document.troubles.length > 0 || tls.some(({ grade }) => grade.configuration === null);
  return gate.strict && missed ? 3 : 0;
}
