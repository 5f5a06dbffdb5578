import { scan } from '../audit/scan.ts';
import { SCAN_DEFAULTS } from '../audit/scan-request.ts';
import { openScanSpace } from '../audit/scan-space.ts';
import type { Shard } from '../model/shard.ts';
import { type PlannedSpace, scanPlan } from '../targets/plan.ts';
import { shardSize } from '../targets/shard.ts';
import { SCAN_OPTIONS } from './commands/scan-options.ts';
import { configured } from './configured.ts';
import type { CommandContext, ExitCode } from './context.ts';
import { openNotifier } from './notifier.ts';
import { openOutputs } from './outputs.ts';
import { planText } from './plan-text.ts';
import { createProgress, progressLine } from './progress.ts';
import { catalogueWith } from './rules-directories.ts';
import type { ScanArguments } from './scan-arguments.ts';
import { openScanHistory } from './scan-history.ts';
import { scanInspector } from './scan-inspector.ts';
import { openResume, readScanRequest } from './scan-request.ts';
import { configurationText, effortText, talkative } from './talk.ts';
import { verdict } from './verdict.ts';

/** Runs `postern scan` and resolves to its exit code. @throws UsageError */
export async function runScan(given: ScanArguments, context: CommandContext): Promise<ExitCode> {
  const { system } = context;
  const settings = await configured('scan', SCAN_OPTIONS, given, system);
  if (given.printConfig) return (await import('./print-config.ts')).printConfig('scan', SCAN_OPTIONS, settings, system);
  const { args, config, file } = settings;
  const say = talkative(args, system);
  say(configurationText(settings));
  const outputs = await openOutputs(args, system);
  const catalogue = await catalogueWith(args.rules ?? [], system.files, file);
  const resume = args.resume === undefined ? null : await openResume(args, system);
  const request = resume
    ? { ...resume.request, headers: args.header ?? {}, engine: args.engine ?? SCAN_DEFAULTS.engine }
    : await readScanRequest(args, context);
  const opened = await openScanSpace(request, catalogue, system);

  if (args.plan) {
    await system.terminal.out(
      planText(scanPlan(sharePlanned(opened.space, request.shard), { ...request, requestBudget: request.budget })),
    );
    return 0;
  }
  const history = await openScanHistory(args, system);
  const notify = await openNotifier(args, config, history.watch !== undefined, system);
  const progress = createProgress(system, args.quiet === true, progressLine);
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
  say(effortText(found));
  const document = history.compared(found);
  await outputs.write(document);
  await history.keep(document);
  await notify?.(history.news(document));
  if (interrupted) {
    const kept = (args.output ?? []).find((output) => output.startsWith('json='))?.slice('json='.length);
    system.terminal.err(
      `postern: interrupted; ${kept ? `go on with: postern scan --resume ${kept}` : 'write --output json=FILE next time to go on from there'}\n`,
    );
    return 130;
  }
  return verdict(document, { strict: args.strict === true, onlyNew: args.failOnNew === true, failOn: request.failOn });
}

/** A shard meets nearly every address of a wide range, but only on its share of the ports. */
function sharePlanned(space: PlannedSpace, shard: Shard | null): PlannedSpace {
  if (shard === null) return space;
  const { addressCount, excludedCount, ports, size } = space;
  return { addressCount, excludedCount, ports, size: shardSize(size, shard) };
}
