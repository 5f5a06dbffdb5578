import type { Options } from 'yargs';
import { SEVERITIES } from '../../model/rule.ts';
import { FORMATS } from '../../report/formats.ts';
import { choice, duration, headerValue, many, once } from '../options.ts';

/*
 * What several commands take: the readings are the same everywhere, the words where they mean the same.
 */

/** A word or a path, given once. */
export function text(name: string, describe: string, group: string, preset?: string) {
  const option = { requiresArg: true, coerce: once(name), describe, group } as const;
  return preset === undefined ? option : { ...option, defaultDescription: preset };
}

/** What requests say they come from. */
export function userAgent(describe: string) {
  return { requiresArg: true, coerce: headerValue('user-agent'), describe, group: 'Conduct:' } as const;
}

/** Words, paths or networks; repeatable, and commas separate too. */
export function list(describe: string, group: string) {
  return { array: true, requiresArg: true, coerce: many, describe, group } as const;
}

/** In which forms the result is told. */
export const FORMAT_OPTIONS = {
  format: {
    requiresArg: true,
    coerce: choice('format', FORMATS),
    describe: `what to print: ${FORMATS.join(', ')}`,
    defaultDescription: 'table',
    group: 'Output:',
  },
  output: { alias: 'o', ...list('also write FORMAT=FILE; repeatable', 'Output:') },
} as const satisfies Readonly<Record<string, Options>>;

/** What is told, and what the exit code says of it. */
export function outcomeOptions(words: {
  readonly all: string;
  /** The severity unless given. */
  readonly failOn: string;
  readonly failing?: string;
  readonly strict: string;
}) {
  return {
    ...FORMAT_OPTIONS,
    all: { boolean: true, describe: words.all, group: 'Output:' },
    'fail-on': {
      requiresArg: true,
      coerce: choice('fail-on', SEVERITIES),
      describe: `${words.failing ?? 'exit 1'} from this severity on: ${SEVERITIES.join(', ')}`,
      defaultDescription: words.failOn,
      group: 'Output:',
    },
    strict: { boolean: true, describe: words.strict, group: 'Output:' },
  } as const satisfies Readonly<Record<string, Options>>;
}

export const QUIET_OPTION = {
  quiet: { alias: 'q', boolean: true, describe: 'no progress on standard error', group: 'Output:' },
} as const satisfies Readonly<Record<string, Options>>;

/** How long a command waits for others; the texts say how long unless given. */
export function waitOptions(connection: string, answer: string) {
  return {
    timeout: {
      requiresArg: true,
      coerce: duration('timeout', 10, 120_000),
      describe: 'longest wait for a connection',
      defaultDescription: connection,
      group: 'Conduct:',
    },
    'response-timeout': {
      requiresArg: true,
      coerce: duration('response-timeout', 10, 600_000),
      describe: 'longest wait for a whole answer',
      defaultDescription: answer,
      group: 'Conduct:',
    },
  } as const satisfies Readonly<Record<string, Options>>;
}

export function reachOption(group: string) {
  return {
    'assume-reach': {
      requiresArg: true,
      coerce: choice('assume-reach', ['lan', 'public'] as const),
      describe: 'judge loopback or tunnelled targets as if they were there: lan, public',
      group,
    },
  } as const satisfies Readonly<Record<string, Options>>;
}

/** Of commands that speak HTTP to a service. */
export const PROBE_OPTIONS = {
  passive: {
    boolean: true,
    describe: 'GET, HEAD and OPTIONS only; no gate probes, no protocol hellos',
    group: 'Conduct:',
  },
  tls: {
    requiresArg: true,
    coerce: choice('tls', ['full', 'quick', 'off'] as const),
    describe: 'how closely TLS endpoints are inspected: full, quick, off',
    defaultDescription: 'quick',
    group: 'Conduct:',
  },
} as const satisfies Readonly<Record<string, Options>>;

export const MORE_SERVICES = 'directory with more service files and rules (GET and HEAD only)';
