/*
 * What /proc/<pid>/ says of a process. Source: proc(5).
 */

/** Ticks of a second in /proc/<pid>/stat: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS = 100;

/** Start in ticks since boot, field 22. The name may hold spaces and brackets, so fields count from its last bracket. */
export function startTicks(stat: string): number | null {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/);
  const ticks = Number(fields[19]);
  return fields.length > 19 && Number.isFinite(ticks) ? ticks : null;
}

/** Seconds since 1970 at which the machine was started: `btime` of /proc/stat. */
export function bootTime(stat: string): number | null {
  const seconds = /^btime (\d+)$/m.exec(stat)?.[1];
  return seconds === undefined ? null : Number(seconds);
}

export function startedAt(ticks: number | null, boot: number | null): string | null {
  return ticks === null || boot === null ? null : new Date((boot + ticks / TICKS) * 1000).toISOString();
}

/** Field 4; 0 where there is none. */
export function parentOf(stat: string): number {
  return Number(/^ \S (\d+)/.exec(stat.slice(stat.lastIndexOf(')') + 1))?.[1] ?? 0);
}

export function processName(stat: string): string {
  return stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
}

/** Arguments, separated by NUL. A program that wrote a title of its own over them leaves one with spaces. */
export function argumentsOf(cmdline: string): string[] {
  const parts = cmdline.replace(/\0+$/, '').split('\0');
  const [only = ''] = parts;
  if (parts.length > 1) return parts;
  return only.split(' ').filter((word) => word !== '');
}

/** Variables of /proc/<pid>/environ by name. */
export function variablesOf(environ: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of environ.split('\0')) {
    const equals = entry.indexOf('=');
    if (equals > 0) found.set(entry.slice(0, equals), entry.slice(equals + 1));
  }
  return found;
}

/** The effective user of /proc/<pid>/status. */
export function effectiveUser(status: string): number | null {
  const id = /^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1];
  return id === undefined ? null : Number(id);
}

export interface Placement {
  readonly unit: string | null;
  readonly container: string | null;
}

/**
 * Unit and container by the path of the control group: `/system.slice/ollama.service`, `/docker/<id>`,
 * `/system.slice/docker-<id>.scope`, `…/cri-containerd-<id>.scope`, `/machine.slice/libpod-<id>.scope`. What watches over one
 * (`libpod-conmon-<id>.scope`) is outside of it.
 */
export function placementOf(cgroup: string): Placement {
  const paths = cgroup.split('\n').map((line) => line.split(':').slice(2).join(':'));
  const container = paths
    .map((path) => /(?:^|\/|(?<!conmon)-)([0-9a-f]{64})(?:\.scope)?(?:\/|$)/.exec(path)?.[1])
    .find(Boolean);
  const units = paths.flatMap((path) => path.split('/').filter((part) => part.endsWith('.service')));
  // A user's services stand below user@1000.service.
  const unit = units.findLast((name) => !name.startsWith('user@')) ?? null;
  return { unit: container ? null : unit, container: container ?? null };
}

/** Names by number: /etc/passwd and /etc/group. */
export function namesByNumber(text: string): Map<number, string> {
  const entries = text.split('\n').flatMap((line): [number, string][] => {
    const [name = '', , id = ''] = line.split(':');
    return /^\d+$/.test(id) && name !== '' ? [[Number(id), name]] : [];
  });
  return new Map(entries.reverse());
}
