import type { Shard } from '../model/shard.ts';
import { UsageError } from '../model/trouble.ts';

/** More parts than this are no sweep but a mistake; Kubernetes runs at most 100,000 indexes of a job. */
const MOST_SHARDS = 100_000;

/**
 * `3/8`, or `job/8` for a Kubernetes Indexed Job, whose pods are told their index, from 0, in `JOB_COMPLETION_INDEX`
 * (https://kubernetes.io/docs/tasks/job/indexed-parallel-processing-static/).
 *
 * @throws UsageError
 */
export function parseShard(text: string, env: Readonly<Record<string, string | undefined>>): Shard {
  const [, written, of] = /^(\d{1,6}|job)\/(\d{1,6})$/.exec(text) ?? [];
  if (written === undefined) throw wrong(text, 'expected I/N such as 3/8, or job/N');
  const count = Number(of);
  if (count < 1 || count > MOST_SHARDS) throw wrong(text, `expected 1 to ${MOST_SHARDS} shards`);
  if (written === 'job') {
    const told = env.JOB_COMPLETION_INDEX;
    if (told === undefined || !/^\d{1,6}$/.test(told))
      throw wrong(text, 'expected the index of the job, from 0, in JOB_COMPLETION_INDEX');
    if (Number(told) >= count) throw wrong(text, `JOB_COMPLETION_INDEX is ${told}: expected 0 to ${count - 1}`);
    return { index: Number(told) + 1, count };
  }
  const index = Number(written);
  if (index < 1 || index > count) throw wrong(text, `expected a number from 1 to ${count} before the stroke`);
  return { index, count };
}

/** How many of `size` places a shard holds. */
export function shardSize(size: number, { index, count }: Shard): number {
  return Math.max(0, Math.ceil((size - (index - 1)) / count));
}

/** The place in the whole order that is the k-th of the shard: every `count`-th, so that shards are equally spread. */
export function placeInWhole(k: number, { index, count }: Shard): number {
  return index - 1 + k * count;
}

function wrong(text: string, expected: string): UsageError {
  return new UsageError(`--shard ${text}: ${expected}`);
}
