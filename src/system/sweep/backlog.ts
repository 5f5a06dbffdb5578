import type { SweepProbe } from '../ports.ts';
import { append, createJobList, type Job, type Lane, takeFirst } from './job.ts';

/** Probes taken that wait for their host or for a shortage to pass; bounds both memory and how far a sweep runs ahead of itself. */
const HELD_LIMIT = 16_384;

/** What is to be dialled, at most `perHost` at once for one address. */
export interface Backlog {
  /** The next job that may be dialled now, from those put back or from the source; null when there is none. */
  next(nowMs: number): Job | null;
  /** Puts a job back, to be dialled again from `notBefore` on (0: as soon as there is room). It keeps its place with its host. */
  putBack(job: Job, notBefore: number): void;
  /** The job is settled. */
  release(job: Job): void;
  /** Takes out everything that is not in flight. */
  drain(): readonly Job[];
  /** Jobs taken from the source and not released. */
  unsettled(): number;
  /** The source has nothing more. */
  exhausted(): boolean;
}

export function createBacklog(source: Iterator<SweepProbe>, perHost: number): Backlog {
  const lanes = new Map<string, Lane>();
  const ready = createJobList();
  let delayed: Job[] = [];
  let earliest = Number.POSITIVE_INFINITY;
  let held = 0;
  let unsettled = 0;
  let exhausted = false;

  function wakeDelayed(now: number): void {
    const jobs = delayed;
    delayed = [];
    earliest = Number.POSITIVE_INFINITY;
    for (const job of jobs) {
      if (job.notBefore <= now) append(ready, job);
      else delay(job);
    }
  }

  function delay(job: Job): void {
    earliest = Math.min(earliest, job.notBefore);
    delayed.push(job);
  }

  function laneOf(address: string): Lane {
    const known = lanes.get(address);
    if (known !== undefined) return known;
    const lane = { busy: 0, first: null, last: null };
    lanes.set(address, lane);
    return lane;
  }

  function takeFromSource(): Job | null {
    while (!exhausted && held + delayed.length < HELD_LIMIT) {
      const result = source.next();
      if (result.done === true) {
        exhausted = true;
        return null;
      }
      const lane = laneOf(result.value.target.address);
      const job: Job = {
        probe: result.value,
        lane,
        silences: 0,
        silentSince: null,
        starved: 0,
        notBefore: 0,
        next: null,
      };
      unsettled += 1;
      if (lane.busy < perHost) {
        lane.busy += 1;
        return job;
      }
      append(lane, job);
      held += 1;
    }
    return null;
  }

  function release(job: Job): void {
    unsettled -= 1;
    const { lane } = job;
    const successor = takeFirst(lane);
    if (successor !== null) {
      held -= 1;
      append(ready, successor);
      return;
    }
    lane.busy -= 1;
    if (lane.busy === 0) lanes.delete(job.probe.target.address);
  }

  return {
    next(now) {
      if (earliest <= now) wakeDelayed(now);
      return takeFirst(ready) ?? takeFromSource();
    },
    putBack(job, notBefore) {
      job.notBefore = notBefore;
      if (notBefore === 0) append(ready, job);
      else delay(job);
    },
    release,
    drain() {
      const jobs = delayed;
      delayed = [];
      earliest = Number.POSITIVE_INFINITY;
      for (const list of [ready, ...lanes.values()]) {
        for (let job = takeFirst(list); job !== null; job = takeFirst(list)) jobs.push(job);
      }
      held = 0;
      return jobs;
    },
    unsettled: () => unsettled,
    exhausted: () => exhausted,
  };
}
