import type { Job } from './job.ts';

/** A connection attempt under way. */
export interface Flight {
  readonly job: Job;
  readonly startedAt: number;
}

/** What is under way on which line. A line is busy from `board` to `free`, also after its flight was taken off. */
export interface Flights {
  /** Lines that are not free. */
  busy(): number;
  board(job: Job, nowMs: number, deadlineMs: number): number;
  /** Ends the flight; null when there is none (it was ended before). */
  land(line: number): Flight | null;
  free(line: number): void;
  /** Lines whose flights should have ended by then; all lines with a flight for `Infinity`. */
  overdue(momentMs: number): readonly number[];
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * One pass over all lines for each tick stands in for a timer for each connection: a thousand comparisons fifty times
 * a second, and nothing at all for a probe that is answered.
 */
export function createFlights(): Flights {
  const jobs: (Job | null)[] = [];
  const startedAt: number[] = [];
  const deadlines: number[] = [];
  const idle: number[] = [];

  return {
    busy: () => jobs.length - idle.length,
    board(job, now, deadline) {
      const line = idle.pop() ?? jobs.length;
      jobs[line] = job;
      startedAt[line] = now;
      deadlines[line] = deadline;
      return line;
    },
    land(line) {
      const job = jobs[line] ?? null;
      if (job === null) return null;
      jobs[line] = null;
      deadlines[line] = NEVER;
      return { job, startedAt: startedAt[line] ?? 0 };
    },
    free(line) {
      idle.push(line);
    },
    overdue(moment) {
      const lines: number[] = [];
      for (let line = 0; line < deadlines.length; line++) {
        if ((deadlines[line] ?? NEVER) <= moment && jobs[line] !== null) lines.push(line);
      }
      return lines;
    },
  };
}
