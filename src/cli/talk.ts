import type { ResultDocument } from '../model/result.ts';
import { UsageError } from '../model/trouble.ts';
import type { System } from '../system/ports.ts';
import type { Configured } from './configured.ts';
import { grouped } from './plan-text.ts';

export interface TalkArguments {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** Says on standard error what goes on, with `--verbose`; nothing otherwise. @throws UsageError */
export function talkative({ quiet, verbose }: TalkArguments, { terminal }: System): (text: string) => void {
  if (quiet && verbose) throw new UsageError('--quiet and --verbose: expected one of them');
  return verbose ? (text) => terminal.err(`postern: ${text}\n`) : () => undefined;
}

/** `configuration: ../postern.config.yaml (rate, targets)`. */
export function configurationText({ file, origins }: Configured<object>): string {
  if (file === null) return 'configuration: none';
  const names = [...origins].filter(([, origin]) => origin !== 'command line').map(([name]) => name);
  return `configuration: ${file.path}${names.length > 0 ? ` (${names.sort().join(', ')})` : ''}`;
}

/** `took 12.3 s: 15,240 probes, 340 requests on 45 connections; 2 rules undecided, 1 trouble`. */
export function effortText({ startedAt, finishedAt, coverage, troubles }: ResultDocument): string {
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  const probes = Object.values(coverage.probes).reduce((sum, count) => sum + count, 0);
  return (
    `took ${seconds.toFixed(1)} s: ${grouped(probes)} probes, ${grouped(coverage.requests)} requests on ` +
    `${grouped(coverage.connections)} connections; ${coverage.undecided.length} undecided, ${troubles.length} troubles`
  );
}
