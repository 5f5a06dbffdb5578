import type { Machine } from '../../system/machine.ts';
import { gatherPids } from './gather-processes.ts';
import { parentOf, placementOf, processName } from './process-text.ts';

export interface RunningProgram {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly unit: string | null;
  /** Whether the files it reads are those of this root; one in a container reads those of its image. */
  readonly ownRoot: boolean;
}

export interface Running {
  /** False where others' processes are not to be seen: in an image, or with hidepid (proc(5)). */
  readonly seen: boolean;
  readonly programs: readonly RunningProgram[];
}

const MAX_FILE = 65_536;

/** What runs, by name and unit; in order of their numbers. */
export async function gatherRunning(machine: Machine): Promise<Running> {
  const text = async (path: string): Promise<string> => {
    const read = await machine.read(path, MAX_FILE);
    return read.status === 'ok' ? read.text : '';
  };
  const pids = await gatherPids(machine);
  const own = placementOf(await text('/proc/self/cgroup')).container;
  const programs: RunningProgram[] = [];
  for (const pid of pids) {
    const [stat, cgroup] = await Promise.all([text(`/proc/${pid}/stat`), text(`/proc/${pid}/cgroup`)]);
    const { unit, container } = placementOf(cgroup);
    const ownRoot = container === null || container === own;
    programs.push({ pid, parent: parentOf(stat), name: processName(stat), unit, ownRoot });
  }
  return { seen: pids.includes(1), programs };
}
