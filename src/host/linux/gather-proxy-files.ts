import { namePattern } from '../../config/source/name-pattern.ts';
import { baseName, directoryOf } from '../../config/source/paths.ts';
import type { Machine } from '../../system/machine.ts';
import type { CollectedFiles } from './collected-files.ts';
import type { Running } from './gather-running.ts';
import type { Idle } from './idle.ts';
import { argumentsOf } from './process-text.ts';
import { absolute, type Named, PROXY_PROGRAMS, type ProxyProgram, type Reads } from './proxy-programs.ts';

const MAX_FILE = 65_536;
const MOST_FOLLOWED = 400;

/** What proxies were told to read, and what lies where their packages put it: in effect only where one reads it. */
export async function gatherProxyFiles(
  machine: Machine,
  running: Running,
  idle: Idle,
  found: CollectedFiles,
): Promise<void> {
  for (const proxy of PROXY_PROGRAMS) {
    const processes = await processesOf(machine, running, proxy);
    const named = await namedFiles(machine, proxy, processes, found);
    const told = { proxy, idle: null, found };
    for (const path of named)
      for (const main of await found.filesAt(path)) await follow(main, { ...told, main, seen: new Set() });
    const reason = running.seen ? idleReason(proxy, processes, named, idle) : null;
    const usual: Reading = { proxy, main: proxy.places[0] ?? '', idle: reason, found, seen: new Set() };
    for (const place of proxy.places) for (const path of await found.filesAt(place)) await follow(path, usual);
  }
}

interface ProxyProcess {
  readonly pid: number;
  readonly unit: string | null;
  readonly reads: Reads;
}

/** Those of which it is known what they read. */
async function processesOf(machine: Machine, { programs }: Running, proxy: ProxyProgram): Promise<ProxyProcess[]> {
  const processes: ProxyProcess[] = [];
  for (const { pid, name, unit, ownRoot } of programs) {
    if (name !== proxy.program || !ownRoot) continue;
    const cmdline = await machine.read(`/proc/${pid}/cmdline`, MAX_FILE);
    const argv = cmdline.status === 'ok' ? argumentsOf(cmdline.text) : [];
    const reads = proxy.reads(argv, await machine.link(`/proc/${pid}/cwd`));
    if (reads !== null) processes.push({ pid, unit, reads });
  }
  return processes;
}

async function namedFiles(
  machine: Machine,
  { program }: ProxyProgram,
  processes: readonly ProxyProcess[],
  found: CollectedFiles,
): Promise<Set<string>> {
  const files = new Set<string>();
  for (const { pid, reads } of processes) {
    for (const one of reads.named) {
      const path = await firstThere(machine, one);
      if (path !== null) files.add(path);
      else if (one.certain) found.trouble(`/proc/${pid}/cmdline`, `the configuration of ${program} ${notFound(one)}`);
    }
  }
  return files;
}

async function firstThere(machine: Machine, { paths }: Named): Promise<string | null> {
  for (const path of paths) if ((await machine.status(path)) !== null) return path;
  return null;
}

function notFound({ paths }: Named): string {
  if (paths.length === 0) return 'counts from a directory that only root may see; run as root for more';
  return `is not at ${paths.join(', ')}, or may not be seen`;
}

/** Why what its package put there is not in effect; null: it is, or may be. */
function idleReason(
  { program }: ProxyProgram,
  processes: readonly ProxyProcess[],
  named: ReadonlySet<string>,
  idle: Idle,
): string | null {
  const enabled = idle.enabled(program);
  if (processes.length === 0) return enabled ? null : `${program} neither runs nor starts with this host`;
  // Started by hand beside a service that starts later: that one will read its own.
  const isService = processes.some(({ unit }) => unit?.startsWith(`${program}.`));
  if (processes.some(({ reads }) => reads.usual) || (enabled && !isService)) return null;
  const [other] = named;
  return `${program} was started with ${other ?? 'other settings'} instead`;
}

/** Files of one proxy that are read for the same reason. */
interface Reading {
  readonly proxy: ProxyProgram;
  /** The file that the others were found through. */
  readonly main: string;
  readonly idle: string | null;
  readonly found: CollectedFiles;
  readonly seen: Set<string>;
}

/** A file and whatever it leads to. */
async function follow(path: string, reading: Reading): Promise<void> {
  const { proxy, main, idle, found, seen } = reading;
  if (seen.has(path) || seen.size >= MOST_FOLLOWED) return;
  seen.add(path);
  const base = directoryOf(proxy.countsFromMain ? main : path);
  const text = await found.add(path, { role: 'proxy', unit: null, idle, base });
  for (const target of proxy.leadsTo(text).flatMap((to) => absolute(to, base)))
    for (const file of await matching(target, found)) await follow(file, reading);
}

/** Files that a path or a pattern of names stands for. */
async function matching(target: string, found: CollectedFiles): Promise<readonly string[]> {
  if (!/[*?]/.test(target)) return found.filesAt(target);
  const directory = directoryOf(target);
  if (/[*?]/.test(directory)) return [];
  const wanted = namePattern(baseName(target));
  return (await found.filesAt(directory)).filter((path) => path !== directory && wanted(baseName(path)));
}
