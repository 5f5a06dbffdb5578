import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What one whole process took, from its start to its end. */
export interface Cost {
  readonly wallSeconds: number;
  /** User and system time. */
  readonly cpuSeconds: number;
  readonly peakRssMib: number;
}

export interface Measured {
  readonly cost: Cost;
  readonly stdout: string;
}

/** Runs a program under GNU time (`/usr/bin/time`), which reads its figures from wait4(2) whatever the program is. */
export async function measure(command: readonly string[], scratch: string): Promise<Measured> {
  const figures = join(scratch, `time-${randomUUID()}.txt`);
  const started = performance.now();
  const { stdout } = await promisify(execFile)('/usr/bin/time', ['-o', figures, '-f', '%U %S %M', ...command], {
    maxBuffer: 64 << 20,
  });
  const wallSeconds = (performance.now() - started) / 1000;
  const [user = Number.NaN, system = Number.NaN, rssKib = Number.NaN] = (await readFile(figures, 'utf8'))
    .trim()
    .split(' ')
    .map(Number);
  return { cost: { wallSeconds, cpuSeconds: user + system, peakRssMib: rssKib / 1024 }, stdout };
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (position: number) => sorted[position] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}

export function formatSpread({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
}

/** What a program said that could not run. */
export function reasonOf(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  return said.trim().split('\n')[0] ?? '';
}
