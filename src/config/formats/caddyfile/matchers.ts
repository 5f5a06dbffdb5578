import { holds } from '../../gates/addresses.ts';
import { type Caller, callerHeader, callerSecret, ORDINARY_NAME } from '../../gates/caller.ts';
import type { Token } from './lexer.ts';
import type { Segment } from './syntax.ts';

/** Whether a request is matched. `free`: the caller may choose. */
export type Verdict = boolean | 'free' | 'unknown';

export interface Asked {
  readonly caller: Caller;
  /** Where the request goes, as far as blocks around it say. */
  readonly path: string;
  readonly found: (pattern: string, text: string, ignoreCase: boolean) => boolean | undefined;
}

export interface Matcher {
  /** Path patterns it asks for, when it asks for nothing but paths and hosts. */
  readonly paths: readonly string[] | null;
  /** Hosts it asks for. */
  readonly hosts: readonly Token[];
  /** What it goes by: `header`, `remote_ip`, `path`, `not path` … */
  readonly kinds: readonly string[];
  readonly segment: Segment | null;
  matches(asked: Asked): Verdict;
}

const ALWAYS: Matcher = { paths: null, hosts: [], kinds: [], segment: null, matches: () => true };

/** The matcher at the front of a directive's arguments, and the arguments behind it. */
export function takeMatcher(
  args: readonly Token[],
  named: ReadonlyMap<string, Segment>,
): { readonly matcher: Matcher; readonly rest: readonly Token[] } {
  const [first, ...rest] = args;
  if (!first || first.quoted) return { matcher: ALWAYS, rest: args };
  if (first.text === '*') return { matcher: ALWAYS, rest };
  if (first.text.startsWith('/')) return { matcher: pathMatcher([first.text]), rest };
  const segment = first.text.startsWith('@') ? named.get(first.text) : undefined;
  if (segment) return { matcher: namedMatcher(segment), rest };
  if (first.text.startsWith('@')) return { matcher: { ...ALWAYS, kinds: ['unseen'], matches: () => 'unknown' }, rest };
  return { matcher: ALWAYS, rest: args };
}

function pathMatcher(paths: readonly string[]): Matcher {
  return {
    paths,
    hosts: [],
    kinds: ['path'],
    segment: null,
    matches: ({ path }) => paths.some((one) => pathMatches(one, path)),
  };
}

function namedMatcher(segment: Segment): Matcher {
  const [kind, ...args] = segment.args;
  const parts: readonly Segment[] = segment.block ?? (kind ? [{ ...segment, name: kind, args, block: null }] : []);
  const [hosts, others] = [parts.filter(isHost), parts.filter((one) => !isHost(one))];
  const only = others.length > 0 && others.every(({ name }) => name.text === 'path');
  return {
    paths: only ? others.flatMap((one) => one.args.map(({ text }) => text)) : null,
    hosts: hosts.flatMap((one) => one.args),
    kinds: parts.map((one) =>
      one.name.text === 'not' ? `not ${one.args[0]?.text ?? one.block?.[0]?.name.text ?? ''}` : one.name.text,
    ),
    segment,
    matches: (asked) => allOf(parts, asked),
  };
}

function isHost({ name }: Segment): boolean {
  return name.text === 'host';
}

/** Different kinds must all hold; of the same header or the like one is enough. */
function allOf(parts: readonly Segment[], asked: Asked): Verdict {
  const groups = new Map<string, Verdict[]>();
  for (const one of parts) {
    const field = one.name.text === 'header' ? (one.args[0]?.text.toLowerCase() ?? '') : '';
    // Each `not` stands for itself.
    const key = one.name.text === 'not' ? `not ${groups.size}` : `${one.name.text} ${field}`;
    groups.set(key, [...(groups.get(key) ?? []), verdictOf(one, asked)]);
  }
  return and([...groups.values()].map(or));
}

function and(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(false)) return false;
  if (verdicts.includes('unknown')) return 'unknown';
  return verdicts.includes('free') ? 'free' : true;
}

function or(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(true)) return true;
  if (verdicts.includes('free')) return 'free';
  return verdicts.includes('unknown') ? 'unknown' : false;
}

function not(verdict: Verdict): Verdict {
  return typeof verdict === 'boolean' ? !verdict : verdict;
}

function verdictOf({ name, args, block, span }: Segment, asked: Asked): Verdict {
  const words = args.map(({ text }) => text);
  switch (name.text) {
    case 'not': {
      const [kind, ...rest] = args;
      const inner = block ?? (kind ? [{ name: kind, args: rest, block: null, span }] : []);
      return not(allOf(inner, asked));
    }
    case 'path':
      return words.some((one) => pathMatches(one, asked.path));
    case 'path_regexp':
      return asked.found(words.at(-1) ?? '', `${asked.path}${ORDINARY_NAME}`, false) ?? 'unknown';
    case 'header':
      return header(words, asked);
    case 'header_regexp': {
      const [pattern = '', field = ''] = words.toReversed();
      const value = callerHeader(asked.caller, field.toLowerCase());
      return value === undefined ? 'free' : (asked.found(asText(pattern), value, false) ?? 'unknown');
    }
    case 'query':
      return words.some(
        (one) =>
          wildcard(asText(one.replace(/^[^=]*=/, '')), callerSecret(asked.caller)) && callerSecret(asked.caller) !== '',
      );
    case 'remote_ip':
    case 'client_ip':
      return addresses(words.filter((one) => one !== 'forwarded'));
    case 'method':
      return words.some((one) => one.toUpperCase() === asked.caller.method);
    case 'host':
    case 'file':
    case 'protocol':
      return 'free';
    default:
      return 'unknown';
  }
}

function addresses(ranges: readonly string[]): Verdict {
  const held = ranges.map(holds);
  if (held.includes('everybody')) return true;
  return held.includes('unknown') ? 'unknown' : false;
}

function header(words: readonly string[], { caller }: Asked): Verdict {
  const [field = '', ...values] = words;
  const absent = field.startsWith('!');
  const value = callerHeader(caller, field.replace(/^!/, '').toLowerCase());
  if (value === undefined) return 'free';
  if (absent) return value === '';
  if (values.length === 0) return value !== '';
  return value !== '' && values.some((one) => wildcard(asText(one), value));
}

/** `{$KEY}` and `{env.KEY}` stand for a certain text that nobody made up. */
function asText(text: string): string {
  return text.replaceAll(/\{[^{}]*\}/g, 'filled-in-at-run-time');
}

/** `*` at the front, at the end or at both; elsewhere it is itself. */
function wildcard(pattern: string, value: string): boolean {
  if (pattern === '*') return true;
  const head = pattern.startsWith('*');
  const tail = pattern.endsWith('*');
  const core = pattern.slice(head ? 1 : 0, tail ? -1 : undefined);
  if (head && tail) return value.includes(core);
  if (head) return value.endsWith(core);
  return tail ? value.startsWith(core) : value === core;
}

/** Whether the ordinary path below `prefix` is matched. */
function pathMatches(pattern: string, prefix: string): boolean {
  return wildcard(pattern.toLowerCase(), `${prefix.toLowerCase()}${ORDINARY_NAME}`);
}
