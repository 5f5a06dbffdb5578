import { scan } from '../audit/scan.ts';
import { openScanSpace } from '../audit/scan-space.ts';
import type { Finding } from '../model/finding.ts';
import type { ResultDocument } from '../model/result.ts';
import { SEVERITIES, type Severity } from '../model/rule.ts';
import { scanPlan } from '../targets/plan.ts';
import { SCAN_OPTIONS } from './commands/scan-options.ts';
import { configured } from './configured.ts';
import type { CommandContext, ExitCode } from './context.ts';
import { openOutputs } from './outputs.ts';
import { planText } from './plan-text.ts';
import { createProgress } from './progress.ts';
import { catalogueWith } from './rules-directories.ts';
import type { ScanArguments } from './scan-arguments.ts';
import { openScanHistory } from './scan-history.ts';
import { scanInspector } from './scan-inspector.ts';
import { openResume, readScanRequest } from './scan-request.ts';

/** Runs `postern scan` and resolves to its exit code. @throws UsageError */
export async function runScan(given: ScanArguments, context: CommandContext): Promise<ExitCode> {
  const { system } = context;
  const settings = await configured('scan', SCAN_OPTIONS, given, system);
  if (given.printConfig) return (await import('./print-config.ts')).printConfig('scan', SCAN_OPTIONS, settings, system);
  const { args, config, file } = settings;
  const outputs = await openOutputs(args, system);
  const catalogue = await catalogueWith(args.rules ?? [], system.files, file);
  const resume = args.resume === undefined ? null : await openResume(args, system);
  const request = resume ? { ...resume.request, headers: args.header ?? {} } : await readScanRequest(args, context);
  const opened = await openScanSpace(request, catalogue, system);

  if (args.plan) {
    await system.terminal.out(planText(scanPlan(opened.space, { ...request, requestBudget: request.budget })));
    return 0;
  }
  const history = await openScanHistory(args, system);
  const progress = createProgress(system, args.quiet === true);
  const { document: found, interrupted } = await scan(
    {
      request,
      opened,
      catalogue,
      resume,
      inspector: await scanInspector({ ...args, trust: config.trust }, request, resume?.earlier ?? null, system),
      onProgress: progress.update,
      ...(history.watch === undefined ? {} : { watch: history.watch }),
    },
    system,
  );
  progress.end();
  const document = history.compared(found);
  await outputs.write(document);
  await history.keep(document);
  if (interrupted) {
    const kept = (args.output ?? []).find((output) => output.startsWith('json='))?.slice('json='.length);
    system.terminal.err(
      `postern: interrupted; ${kept ? `go on with: postern scan --resume ${kept}` : 'write --output json=FILE next time to go on from there'}\n`,
    );
    return 130;
  }
  return verdict(document, { strict: args.strict === true, onlyNew: args.failOnNew === true, failOn: request.failOn });
}

interface Gate {
  readonly strict: boolean;
  /** What a baseline knows does not count. */
  readonly onlyNew: boolean;
  readonly failOn: Severity;
}

/** Usage (2) and our own faults (4) never get here. */
function verdict(document: ResultDocument, { strict, onlyNew, failOn }: Gate): ExitCode {
  const counts = ({ state, severity }: Finding): boolean =>
    state === 'active' ||
    (state === 'baselined' && !onlyNew && SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(failOn));
  if (document.findings.some(counts)) return 1;
  const { probes, silent } = document.coverage;
  const answered = probes.open + probes.closed;
  if (answered === 0) return 3;
  const missed =
    probes.filtered + probes.unreachable + probes.error + probes.skipped + silent + document.troubles.length;
  return strict && missed > 0 ? 3 : 0;
}
