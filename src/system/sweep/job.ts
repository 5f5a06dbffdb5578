import type { SweepProbe } from '../ports.ts';

/** A probe taken from the source and not yet settled. */
export interface Job {
  readonly probe: SweepProbe;
  readonly lane: Lane;
  /** Attempts that passed in silence. */
  silences: number;
  /** When the last of them began; null before. */
  silentSince: number | null;
  /** Attempts that a local shortage prevented. */
  starved: number;
  /** Not to be dialled before this moment, in milliseconds of the monotonic clock. */
  notBefore: number;
  next: Job | null;
}

/** The probes of one address. */
export interface Lane extends JobList {
  /** Those that may be dialled: in flight, ready or delayed. The list is of the others. */
  busy: number;
}

/** First in, first out; chained through the jobs themselves, because there is one list per address. */
export interface JobList {
  first: Job | null;
  last: Job | null;
}

export function createJobList(): JobList {
  return { first: null, last: null };
}

export function append(list: JobList, job: Job): void {
  if (list.last === null) list.first = job;
  else list.last.next = job;
  list.last = job;
}

export function takeFirst(list: JobList): Job | null {
  const job = list.first;
  if (job === null) return null;
  list.first = job.next;
  if (list.first === null) list.last = null;
  job.next = null;
  return job;
}
