import type { Condition, NotedCondition, SettingTest } from '../../model/deploy.ts';
import type { VersionRange } from '../../model/service.ts';
import type { Span } from '../../model/span.ts';
import { inRange } from './release.ts';
import { type Found, plainText, type Settings, truthOf } from './settings.ts';

/** Yes, no, or not to be told; with what was found, and where more may be hidden. */
export interface Answer {
  readonly is: 'yes' | 'no' | 'unknown';
  readonly found: readonly Found[];
  /** Places nobody saw that could turn a no into a yes. */
  readonly unless: readonly Span[];
}

const NO: Answer = { is: 'no', found: [], unless: [] };

export function ask(settings: Settings, test: SettingTest): Answer {
  const found = settings.find(test.setting);
  if (!found) return { ...NO, unless: settings.hiding(test.setting) };
  const is = answer(found, test);
  return { is, found: [found], unless: [] };
}

function answer({ value, setting }: Found, { is, text }: SettingTest): Answer['is'] {
  // A bare flag is a yes.
  if (value === null) return is === 'set' || is === 'on' ? 'yes' : 'no';
  if (value.kind === 'unresolved') return unresolvedAnswer(value.text, is, text);
  const plain = plainText(value.text);
  const truth = truthOf(value.text);
  const yes = {
    // `--flag=false` is a flag that is not given.
    set: plain !== '' && !(setting.kind === 'flag' && plain === 'false'),
    empty: plain === '',
    on: truth === true,
    off: truth === false,
    'not-on': plain !== '' && truth !== true,
    text: plain === text,
    'not-text': plain !== '' && plain !== text,
    prefix: plain.startsWith(text),
    contains: plain.includes(text),
    word: wordsOf(plain).includes(text),
  } satisfies Record<SettingTest['is'], boolean>;
  return yes[is] ? 'yes' : 'no';
}

/** Something is known of a text in which something is missing. */
function unresolvedAnswer(written: string, is: SettingTest['is'], text: string): Answer['is'] {
  const start = plainText(written);
  if (is === 'prefix' && start.startsWith(text)) return 'yes';
  if (is === 'contains' && start.includes(text)) return 'yes';
  // `${KEY:?}` and Ansible's `{{ key }}` refuse to start without it, and `admin:${PASSWORD}` is never empty.
  const given =
    /^\$\{\w+:\?|^\{\{\s*[a-z_][\w.]*\s*\}\}$/i.test(written) ||
    /[\w/]/.test(written.replaceAll(/\$\{[^}]*\}|\$\w+|\{\{.*?\}\}|<[^>]*>/gs, ''));
  if (is === 'set' && given) return 'yes';
  return is === 'empty' && given ? 'no' : 'unknown';
}

function wordsOf(plain: string): string[] {
  return plain.split(/[\s,;[\]"']+/).filter((word) => word !== '');
}

/** All groups, any in each. */
export function askAll(settings: Settings, condition: Condition): Answer {
  const groups = condition.map((group) => askAny(settings, group));
  const no = groups.filter(({ is }) => is === 'no');
  const is = no.length > 0 ? 'no' : groups.every((group) => group.is === 'yes') ? 'yes' : 'unknown';
  const hidden = no.every(({ unless }) => unless.length > 0);
  return {
    is,
    found: groups.flatMap(({ is: answered, found }) => (answered === 'no' ? [] : found)),
    unless: hidden ? no.flatMap(({ unless }) => unless) : [],
  };
}

function askAny(settings: Settings, group: readonly SettingTest[]): Answer {
  const answers = group.map((test) => ask(settings, test));
  const yes = answers.find(({ is }) => is === 'yes');
  if (yes) return yes;
  const unknown = answers.find(({ is }) => is === 'unknown');
  if (unknown) return unknown;
  return { is: 'no', found: answers.flatMap(({ found }) => found), unless: answers.flatMap(({ unless }) => unless) };
}

/** `when` without `unless`. */
export function askNoted(settings: Settings, { when, unless }: NotedCondition): Answer {
  const answer = askAll(settings, when);
  if (answer.is === 'no' || unless.length === 0) return answer;
  const exception = askAny(settings, unless);
  if (exception.is === 'yes') return NO;
  return exception.is === 'unknown' ? { ...answer, is: 'unknown' } : answer;
}

/** What a half-made condition lacks; null: it is whole, or nothing of it is there. */
export function missingPart(
  settings: Settings,
  condition: Condition,
): { readonly found: readonly Found[]; readonly missing: Condition } | null {
  if (condition.length < 2) return null;
  const groups = condition.map((group) => ({ group, answer: askAny(settings, group) }));
  const there = groups.filter(({ answer: { is } }) => is === 'yes');
  const missing = groups.filter(({ answer: { is, unless } }) => is === 'no' && unless.length === 0);
  if (there.length === 0 || missing.length === 0 || there.length + missing.length < groups.length) return null;
  // A mode alone (`N8N_PROTOCOL=https` behind a proxy) is no half of anything; a key without its mode is.
  if (!there.some(({ group }) => group.some(({ is }) => is === 'set'))) return null;
  return { found: there.flatMap(({ answer: { found } }) => found), missing: missing.map(({ group }) => group) };
}

/** Whether a fact holds for the release: `unknown` where the release is. */
export function rangeAnswer(range: VersionRange, release: string | null | 'newest'): Answer['is'] {
  if (!range.since && !range.until) return 'yes';
  if (release === 'newest') return range.until ? 'no' : 'yes';
  if (release === null) return 'unknown';
  return inRange(range, release) ? 'yes' : 'no';
}

export interface Noted {
  readonly why: string;
  readonly is: 'yes' | 'unknown';
  readonly found: readonly Found[];
}

/** Those of the list that hold, or may. */
export function noted(settings: Settings, list: readonly NotedCondition[], release: string | null | 'newest'): Noted[] {
  return list.flatMap((entry) => {
    const range = rangeAnswer(entry, release);
    const { is, found } = askNoted(settings, entry);
    if (range === 'no' || is === 'no') return [];
    return [{ why: entry.why, is: is === 'yes' && range === 'yes' ? 'yes' : 'unknown', found } satisfies Noted];
  });
}
