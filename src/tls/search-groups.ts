import type { Answer, HelloAnswer } from './answer.ts';
import { refusal, type Search } from './search.ts';

/*
 * Named groups by elimination. In TLS 1.3 they come almost free: each HelloRetryRequest names a suite
 * and a group, so that one search takes away both.
 */

export interface GroupSearch {
  readonly groups: readonly number[];
  readonly exhaustive: boolean;
}

export interface ModernSearch extends Search, GroupSearch {}

export async function searchModern(
  suites: readonly number[],
  groups: readonly number[],
  offer: (suites: readonly number[], groups: readonly number[]) => Promise<Answer>,
): Promise<ModernSearch> {
  const state = { suites: new Set(suites), groups: new Set(groups), riding: true };
  const accepted: number[] = [];
  const found = new Set<number>();
  const hellos: HelloAnswer[] = [];
  let last: Answer = { kind: 'alert', code: 40 };

  const step = async (from: Iterable<number>, with_: Iterable<number>): Promise<HelloAnswer | null> => {
    const offered = [...from];
    last = await offer(offered, [...with_]);
    if (last.kind !== 'hello' || refusal(last, 'TLSv1.3', offered) !== null) return null;
    hellos.push(last);
    if (last.hello.group !== null) found.add(last.hello.group);
    return last;
  };

  while (state.suites.size > 0) {
    const reduced = state.riding && state.groups.size < groups.length;
    let answer = await step(state.suites, state.riding ? state.groups : groups);
    if (!answer && reduced && !gaveUp(last)) {
      // Either the suites or the groups ran out; all groups once more tells which.
      answer = await step(state.suites, groups);
      if (answer) state.riding = false;
    }
    if (!answer) break;
    accepted.push(answer.hello.suite);
    state.suites.delete(answer.hello.suite);
    if (answer.hello.group !== null) state.groups.delete(answer.hello.group);
    if (state.groups.size === 0) state.riding = false;
  }

  const ended = last;
  const searched = gaveUp(ended) ? 'partial' : 'all';
  let open = state.riding && accepted.length > 0 && searched === 'all';
  while (open && state.groups.size > 0) {
    const answer = await step(accepted, state.groups);
    const group = answer?.hello.group ?? null;
    if (group === null || !state.groups.delete(group)) open = false;
  }
  return {
    accepted,
    hellos,
    searched,
    last: ended,
    groups: [...found],
    exhaustive: accepted.length > 0 && !gaveUp(last),
  };
}

/**
 * Groups that the server chooses in TLS 1.2 and before, with suites that all need one. An ECDSA certificate needs its
 * own curve among the offered ones (`bound`), so a refusal is asked again with the first choice put back at the end.
 */
export async function searchClassicGroups(
  groups: readonly number[],
  bound: boolean,
  offer: (groups: readonly number[]) => Promise<Answer>,
): Promise<GroupSearch> {
  const rest = new Set(groups);
  const found: number[] = [];
  let kept: number[] = [];
  for (;;) {
    const answer = await offer([...rest, ...kept]);
    const group = answer.kind === 'hello' ? (answer.keyExchange?.group ?? null) : null;
    if (group !== null && rest.delete(group)) {
      found.push(group);
      continue;
    }
    const first = found[0];
    const retry =
      bound && group === null && kept.length === 0 && first !== undefined && rest.size > 0 && !gaveUp(answer);
    if (!retry) return { groups: found, exhaustive: group === null && !gaveUp(answer) };
    kept = [first];
  }
}

function gaveUp(answer: Answer): boolean {
  return answer.kind === 'failed';
}
