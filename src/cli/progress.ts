import type { ScanProgress } from '../audit/scan.ts';
import type { System } from '../system/ports.ts';
import { grouped } from './plan-text.ts';

export interface Progress<T> {
  readonly update: (progress: T) => void;
  end(): void;
}

/** At most this often, so that drawing never slows the sweep. */
const INTERVAL_MS = 200;
const CLEAR_LINE = '\r\x1b[2K';

/** One line on standard error while it is a terminal; nothing otherwise. */
export function createProgress<T>(
  system: System,
  quiet: boolean,
  lineOf: (progress: T, elapsedMs: number) => string,
): Progress<T> {
  const { terminal, clock } = system;
  if (quiet || !terminal.stderrIsTty) return { update: () => undefined, end: () => undefined };
  const started = clock.monotonic();
  let drawn = Number.NEGATIVE_INFINITY;
  return {
    update(progress) {
      const now = clock.monotonic();
      if (now - drawn < INTERVAL_MS) return;
      drawn = now;
      terminal.err(CLEAR_LINE + lineOf(progress, now - started));
    },
    end: () => terminal.err(CLEAR_LINE),
  };
}

/** `12 of 256 ports (4 %), 40 s left`. */
export function portsLine({ done, of }: { readonly done: number; readonly of: number }, elapsedMs: number): string {
  const left = done > 0 ? `, ${timeLeft(Math.ceil(((of - done) * elapsedMs) / done / 1000))} left` : '';
  return `${grouped(done)} of ${grouped(of)} ports (${Math.floor((done / of) * 100)} %)${left}`;
}

/** `41,200 of 65,536 probes (63 %), 12 endpoints, 20,100/s, 1 s left`. */
export function progressLine({ settled, probes, endpoints }: ScanProgress, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? (settled / elapsedMs) * 1000 : 0;
  const share = probes === 0 ? 100 : Math.floor((settled / probes) * 100);
  const left = rate > 0 ? Math.ceil((probes - settled) / rate) : null;
  const parts = [
    `${grouped(settled)} of ${grouped(probes)} probes (${share} %)`,
    `${grouped(endpoints)} endpoints`,
    `${grouped(Math.round(rate))}/s`,
    ...(left === null ? [] : [`${timeLeft(left)} left`]),
  ];
  return parts.join(', ');
}

function timeLeft(seconds: number): string {
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
