/*
 * Whether something guards a route is found by trying: these callers hold no right to be let in, and each is walked
 * through what the file says. Whatever lets one of them pass is no gate, however much it looks like one.
 */

export interface Caller {
  readonly method: 'GET' | 'POST';
  /** What it shows: nothing, or something it made up that has the right shape. */
  readonly shows: 'nothing' | 'bearer' | 'basic' | 'key';
}

const MADE_UP = 'made-up-0123456789abcdef0123456789abcdef';

export const CALLERS: readonly Caller[] = (['GET', 'POST'] as const).flatMap((method) =>
  (['nothing', 'bearer', 'basic', 'key'] as const).map((shows) => ({ method, shows })),
);

/** The value of a request header that such a caller sends; undefined when nobody can say. `name` in lower case, with `-`. */
export function callerHeader(caller: Caller, name: string): string | undefined {
  if (name === 'authorization' || name === 'proxy-authorization') {
    if (caller.shows === 'nothing') return '';
    if (caller.shows === 'basic') return 'Basic bWFkZTp1cA==';
    return caller.shows === 'bearer' ? `Bearer ${MADE_UP}` : MADE_UP;
  }
  if (/key|token|auth|secret|api|password|session|cookie|client/.test(name)) return callerSecret(caller);
  if (/^(upgrade|connection|origin|referer|x-forwarded-proto|x-requested-with|content-type)$/.test(name)) return '';
  if (name === 'user-agent') return 'Mozilla/5.0';
  return undefined;
}

/** What it puts into a cookie or a query parameter. */
export function callerSecret(caller: Caller): string {
  if (caller.shows === 'nothing') return '';
  return caller.shows === 'bearer' ? `sk-${MADE_UP}` : MADE_UP;
}

/** A path that no special case is meant for. */
export const ORDINARY_NAME = 'ordinary-path';
