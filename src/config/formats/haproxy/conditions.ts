import { holds } from '../../gates/addresses.ts';
import { type Caller, callerHeader, callerSecret, ORDINARY_NAME } from '../../gates/caller.ts';
import type { Line, Word } from './syntax.ts';

/** Whether a condition holds for a caller. `free`: the caller may choose. */
export type Verdict = boolean | 'free' | 'unknown';

export interface Asked {
  readonly caller: Caller;
  readonly path: string;
  readonly tls: boolean;
  readonly found: (pattern: string, text: string, ignoreCase: boolean) => boolean | undefined;
}

export type Acls = ReadonlyMap<string, readonly (readonly Word[])[]>;

export function aclsOf(lines: readonly Line[]): Acls {
  const acls = new Map<string, (readonly Word[])[]>();
  for (const { name, args } of lines) {
    const [called, ...criterion] = args;
    if (name.text !== 'acl' || !called) continue;
    acls.set(called.text, [...(acls.get(called.text) ?? []), criterion]);
  }
  return acls;
}

/** `if` or `unless` and what follows; true where no condition is. */
export function conditionHolds(words: readonly Word[], acls: Acls, asked: Asked): Verdict {
  const condition = conditionOf(words);
  if (!condition) return true;
  const verdict = anyOf(condition.terms, acls, asked);
  return condition.unless ? not(verdict) : verdict;
}

/** The criteria that a condition goes by, names looked up. */
export function criteriaOf(words: readonly Word[], acls: Acls): readonly string[] {
  return (conditionOf(words)?.terms ?? []).flatMap(({ criterion, named }) => {
    const lines = named === null ? [criterion] : (acls.get(named) ?? []);
    return lines.length > 0 ? lines.map((line) => line.map(({ text }) => text).join(' ')) : [named ?? ''];
  });
}

interface Condition {
  readonly unless: boolean;
  readonly terms: readonly Term[];
}

const conditions = new WeakMap<readonly Word[], Condition | null>();

/** Every caller and every route behind it asks for the same ones again. */
function conditionOf(words: readonly Word[]): Condition | null {
  const known = conditions.get(words);
  if (known !== undefined) return known;
  const at = words.findIndex(({ text }) => text === 'if' || text === 'unless');
  const made = at === -1 ? null : { unless: words[at]?.text === 'unless', terms: terms(words.slice(at + 1)) };
  conditions.set(words, made);
  return made;
}

interface Term {
  readonly negated: boolean;
  /** Name of an acl, or null for an anonymous one. */
  readonly named: string | null;
  readonly criterion: readonly Word[];
  readonly or: boolean;
}

function terms(words: readonly Word[]): readonly Term[] {
  const found: Term[] = [];
  let negated = false;
  let or = false;
  for (let index = 0; index < words.length; index += 1) {
    let text = words[index]?.text ?? '';
    if (text === 'or' || text === '||') {
      or = true;
      continue;
    }
    if (text.startsWith('!')) {
      negated = !negated;
      text = text.slice(1);
    }
    if (text === '') continue;
    if (text === '{') {
      let stop = index + 1;
      while (stop < words.length && words[stop]?.text !== '}') stop += 1;
      found.push({ negated, named: null, criterion: words.slice(index + 1, stop), or });
      index = stop;
    } else found.push({ negated, named: text, criterion: [], or });
    negated = false;
    or = false;
  }
  return found;
}

function anyOf(all: readonly Term[], acls: Acls, asked: Asked): Verdict {
  const groups: Verdict[][] = [[]];
  for (const { negated, named, criterion, or: next } of all) {
    if (next) groups.push([]);
    const verdict = named === null ? criterionHolds(criterion, asked) : aclHolds(named, acls, asked);
    groups.at(-1)?.push(negated ? not(verdict) : verdict);
  }
  return or(groups.map(and));
}

/** Predefined acls (manual, section 7.4) beside those of the file. */
function aclHolds(name: string, acls: Acls, asked: Asked): Verdict {
  const lines = acls.get(name);
  if (lines) return or(lines.map((criterion) => criterionHolds(criterion, asked)));
  if (name === 'TRUE') return true;
  if (name === 'FALSE' || name === 'LOCALHOST') return false;
  const method = /^METH_([A-Z]+)$/.exec(name)?.[1];
  return method ? method === asked.caller.method : 'unknown';
}

function criterionHolds(words: readonly Word[], asked: Asked): Verdict {
  const [fetch, ...rest] = words.map(({ text }) => text);
  if (fetch === undefined) return 'unknown';
  const { match, ignoreCase, patterns } = flags(rest);
  const [, name = '', argument = '', converters = ''] = /^([\w.]+)(?:\(([^)]*)\))?(.*)$/.exec(fetch) ?? [];
  const field = argument.split(',')[0]?.toLowerCase() ?? '';
  // A credential that is checked, or a certificate: strangers have none.
  if (/^http_auth(_group)?$|^ssl_c_|^ssl_fc_has_crt/.test(name) || /jwt_verify/.test(converters)) {
    return name === 'ssl_c_verify' || name === 'ssl_c_err' ? 'unknown' : false;
  }
  if (name === 'src') return addresses(patterns);
  if (name === 'method') return patterns.some((one) => one.toUpperCase() === asked.caller.method);
  if (name === 'ssl_fc') return asked.tls;
  if (/^(always_true)$/.test(name)) return true;
  if (/^(always_false)$/.test(name)) return false;
  if (/^(table_|sc\d?_|src_|nbsrv|avg_|be_|fe_|queue|conn)/.test(name)) return 'free';
  const counted = /^(?:req\.)?f?hdr_cnt$/.exec(name);
  if (counted) return counts(callerHeader(asked.caller, field), patterns);
  const value = requestValue(name, field, asked);
  if (value === undefined) return 'unknown';
  if (value === null) return 'free';
  const kind = match ?? /_(beg|end|sub|reg|dir|dom|len)$/.exec(name)?.[1] ?? 'str';
  return matches(kind, value, patterns, ignoreCase, asked);
}

/** Null: the caller may choose; undefined: nobody can say. */
function requestValue(name: string, field: string, { caller, path }: Asked): string | null | undefined {
  if (/^(req\.|req_|capture\.req\.)?f?s?hdr(_\w+)?$/.test(name)) return callerHeader(caller, field) ?? null;
  if (name === 'http_auth_bearer') return callerHeader(caller, 'authorization')?.replace(/^Bearer /, '') ?? null;
  if (/^(path|url|uri|base)(_\w+)?$/.test(name)) return `${path}${ORDINARY_NAME}`;
  if (/^(req\.)?cook(_\w+)?$/.test(name) || /^url(_param|p)(_\w+)?$/.test(name)) return callerSecret(caller);
  return /sni|host|^dst/.test(name) ? null : undefined;
}

interface Flags {
  readonly match: string | null;
  readonly ignoreCase: boolean;
  readonly patterns: readonly string[];
}

function flags(words: readonly string[]): Flags {
  let match: string | null = null;
  let ignoreCase = false;
  let index = 0;
  for (; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '-m') {
      index += 1;
      match = words[index] ?? null;
    } else if (word === '-i') ignoreCase = true;
    else if (word === '-f' || word === '-M' || word === '-n' || word === '-u') {
      index += word === '-f' || word === '-u' ? 1 : 0;
      if (word === '-f') return { match, ignoreCase, patterns: [...words.slice(index + 1), FROM_A_FILE] };
    } else break;
  }
  if (words[index] === '--') index += 1;
  return { match, ignoreCase, patterns: words.slice(index) };
}

/** A list that is kept elsewhere: a certain one, which no stranger is on. */
const FROM_A_FILE = 'listed-in-a-file';

function matches(kind: string, value: string, patterns: readonly string[], ignoreCase: boolean, asked: Asked): Verdict {
  if (kind === 'found') return value !== '';
  if (value === '') return false;
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  const own = fold(value);
  const tests = patterns.map((pattern): Verdict => {
    // `%[…]`, `${KEY}`: a certain text that nobody made up.
    const text = fold(pattern.replaceAll(/\$\{?\w+\}?/g, 'filled-in-at-start'));
    switch (kind) {
      case 'beg':
      case 'dir':
        return own.startsWith(text);
      case 'end':
        return own.endsWith(text);
      case 'sub':
      case 'dom':
        return own.includes(text);
      case 'reg':
        return asked.found(pattern, value, ignoreCase) ?? 'unknown';
      case 'str':
        return own === text;
      default:
        return 'unknown';
    }
  });
  return or(tests);
}

function counts(value: string | undefined, patterns: readonly string[]): Verdict {
  if (value === undefined) return 'free';
  const count = value === '' ? 0 : 1;
  const [operator = 'eq', number = operator] = patterns;
  const other = Number(number);
  if (operator === 'gt') return count > other;
  if (operator === 'ge') return count >= other;
  if (operator === 'lt') return count < other;
  return operator === 'le' ? count <= other : count === other;
}

function addresses(ranges: readonly string[]): Verdict {
  const held = ranges.map(holds);
  if (held.includes('everybody')) return true;
  return held.every((one) => one === 'unknown') && !ranges.includes(FROM_A_FILE) ? 'unknown' : false;
}

function and(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(false)) return false;
  if (verdicts.includes('unknown')) return 'unknown';
  return verdicts.includes('free') ? 'free' : true;
}

function or(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(true)) return true;
  if (verdicts.includes('unknown')) return 'unknown';
  return verdicts.includes('free') ? 'free' : false;
}

function not(verdict: Verdict): Verdict {
  return typeof verdict === 'boolean' ? !verdict : verdict;
}
