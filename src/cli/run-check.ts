import { checkHost } from '../audit/check.ts';
import type { Mending } from '../audit/check-fixes.ts';
import { CHECK_DEFAULTS, type CheckRequest } from '../audit/check-request.ts';
import { portGroups } from '../audit/scan-space.ts';
import type { HostReport } from '../model/host.ts';
import { didYouMean } from '../model/nearest.ts';
import type { PolicyRow } from '../model/policy.ts';
import type { Expectation } from '../model/postern-config.ts';
import type { ResultDocument } from '../model/result.ts';
import type { Catalogue } from '../model/service.ts';
import { UsageError } from '../model/trouble.ts';
import { PROGRAM_VERSION } from '../model/version.ts';
import { neutralise } from '../report/terminal/neutralise.ts';
import { nodeMachine } from '../system/node-machine.ts';
import { parsePorts } from '../targets/ports.ts';
import type { CheckArguments } from './check-arguments.ts';
import { openInspection } from './check-inspection.ts';
import { CHECK_OPTIONS } from './commands/check-options.ts';
import { configured } from './configured.ts';
import type { CommandContext, ExitCode } from './context.ts';
import { openNotifier } from './notifier.ts';
import { openOutputs } from './outputs.ts';
import { createProgress, portsLine } from './progress.ts';
import { catalogueWith, deployablesWith } from './rules-directories.ts';
import { openScanHistory } from './scan-history.ts';
import { counts, type Gate } from './verdict.ts';

/** Runs `postern check` and resolves to its exit code. @throws UsageError */
export async function runCheck(given: CheckArguments, context: CommandContext): Promise<ExitCode> {
  const { system } = context;
  const settings = await configured('check', CHECK_OPTIONS, given, system);
  if (given.printConfig)
    return (await import('./print-config.ts')).printConfig('check', CHECK_OPTIONS, settings, system);
  const { args, config, file } = settings;
  const outputs = await openOutputs(args, system);
  if (args.root !== undefined && !(await system.files.exists(`${args.root}/.`)))
    throw new UsageError(`--root ${args.root}: not a readable directory`);
  const catalogue = await catalogueWith(args.rules ?? [], system.files, file);
  const services = await deployablesWith(args.rules ?? [], system.files);
  const request = readRequest(args, catalogue);
  const history = await openScanHistory(args, system);
  const notify = await openNotifier(args, config, history.watch !== undefined, system);
  const progress = createProgress(system, args.quiet === true, portsLine);
  const options = {
    request,
    catalogue,
    services,
    machine: nodeMachine(args.root ?? null),
    policy: args.expect === true ? policyOf(config.expect, [...catalogue.services, ...services]) : null,
    mending: mendingOf(args, context),
    ...(await openInspection({ ...args, trust: config.trust, pins: config.pins }, request, system)),
    onProgress: (done: number, of: number): void => progress.update({ done, of }),
    ...(history.watch === undefined ? {} : { watch: history.watch }),
  };
  const { document: found, interrupted } = await checkHost(options, system);
  progress.end();
  const document = history.compared(found);
  await outputs.write(document);
  await history.keep(document);
  await notify?.(history.news(document));
  if (interrupted) {
    system.terminal.err('postern: interrupted; the result holds what was learned until then\n');
    return 130;
  }
  const gate = { strict: args.strict === true, onlyNew: args.failOnNew === true, failOn: request.failOn };
  return exitOf(document, found.host, gate);
}

/** @throws UsageError */
function policyOf(rows: readonly Expectation[], services: readonly { readonly id: string }[]): readonly PolicyRow[] {
  if (rows.length === 0)
    throw new UsageError("--expect: there is no policy: expected rows under 'expect' in postern.config.yaml");
  const ids = services.map(({ id }) => id);
  const stranger = rows.find(({ service }) => service !== '*' && !ids.includes(service));
  if (stranger === undefined) return rows;
  const { at, service } = stranger;
  throw new UsageError(`${at}: expect: no service has the id '${service}'${didYouMean(service, ids)}`);
}

/** @throws UsageError */
function mendingOf(args: CheckArguments, { system }: CommandContext): Mending | null {
  if (args.dryRun && !args.fix) throw new UsageError('--dry-run: shows what --fix would do; give both');
  if (!args.fix) return null;
  return { apply: args.dryRun !== true, say: (line) => system.terminal.err(`fix: ${neutralise(line)}\n`) };
}

/** @throws UsageError */
function readRequest(args: CheckArguments, catalogue: Catalogue): CheckRequest {
  if (args.ports !== undefined && args.probe === false)
    throw new UsageError('--ports: of no use with --no-probe, which asks no port');
  return {
    probe: args.probe !== false,
    ports: args.ports === undefined ? null : parsePorts(args.ports, portGroups(catalogue)),
    passive: args.passive ?? false,
    budget: args.maxRequests ?? CHECK_DEFAULTS.budget,
    endpoints: CHECK_DEFAULTS.endpoints,
    connectTimeoutMs: args.timeout ?? CHECK_DEFAULTS.connectTimeoutMs,
    responseTimeoutMs: args.responseTimeout ?? CHECK_DEFAULTS.responseTimeoutMs,
    userAgent: args.userAgent ?? `postern/${PROGRAM_VERSION} (exposure scanner)`,
    failOn: args.failOn ?? CHECK_DEFAULTS.failOn,
  };
}

/** Usage (2) and our own faults (4) never get here. */
function exitOf({ troubles, findings }: ResultDocument, host: HostReport, gate: Gate): ExitCode {
  if (findings.some((finding) => counts(finding, gate))) return 1;
  const nothing = host.listeners.length === 0 && troubles.some(({ kind }) => kind === 'not-read');
  if (nothing) return 3;
  return gate.strict && (troubles.length > 0 || host.verdict.state !== 'ready') ? 3 : 0;
}
