import type { AuthKnobs, Condition, Packaging } from '../../model/deploy.ts';
import type { Span } from '../../model/span.ts';
import type { GateState } from '../deployment/declarations.ts';
import { type Answer, askAll, askNoted, missingPart, rangeAnswer } from './condition.ts';
import { inRange, type Release } from './release.ts';
import type { Found, Settings } from './settings.ts';

/** What a service itself asks of a caller, as configured. */
export interface AuthView {
  readonly state: GateState;
  /** The settings that decide it; empty: its default does. */
  readonly because: readonly { readonly text: string; readonly span: Span }[];
  /** Taken for granted: only the program's own code could tell. */
  readonly presumed: boolean;
  /** Switched off by hand, not merely never switched on. */
  readonly switchedOff: boolean;
  /** What answers everybody although it is on, in words. */
  readonly leavesOpen: string | null;
  /** Settings that would switch it on, as one would write them; empty: there are none. */
  readonly knobs: readonly string[];
  /** Places nobody saw that may hold such a setting. */
  readonly unless: readonly Span[];
  /** Parts of a guard that do nothing without the others. */
  readonly halves: readonly { readonly found: readonly Found[]; readonly missing: Condition }[];
}

/** How and as what a service runs. */
export interface AuthPlace {
  readonly packaging: Packaging;
  readonly contained: boolean;
  readonly release: Release;
}

export function authView(knobs: AuthKnobs, settings: Settings, place: AuthPlace): AuthView {
  const { release } = place;
  const view = viewOf(knobs, settings, place);
  if (knobs.earlier.length === 0 || release === 'newest') return view;
  if (release !== null) {
    const earlier = knobs.earlier.find(({ until }) => inRange({ until }, release));
    return earlier ? viewOf(earlier.auth, settings, place) : view;
  }
  // Nobody can tell the release: what all of them agree on, else nothing.
  const views = knobs.earlier.map(({ auth }) => viewOf(auth, settings, place));
  return views.every(({ state }) => state === view.state) ? view : { ...view, state: 'unknown' };
}

function viewOf(knobs: AuthKnobs, settings: Settings, { packaging, contained, release }: AuthPlace): AuthView {
  const guards = knobs.guards.flatMap((guard) => {
    const range = rangeAnswer(guard, release);
    return range === 'no' ? [] : [{ guard, range, answer: askAll(settings, guard.when) }];
  });
  const holding = guards.filter(({ range, answer }) => answer.is === 'yes' && range === 'yes');
  const perhaps = guards.filter(
    ({ range, answer, guard }) =>
      guard.covers !== 'admin' && answer.is !== 'no' && !(answer.is === 'yes' && range === 'yes'),
  );
  const whole = holding.filter(({ guard }) => guard.covers === 'all');
  const part = holding.filter(({ guard }) => guard.covers === 'partial');
  const offs = knobs.off.flatMap((entry) => {
    const range = rangeAnswer(entry, release);
    const answer = askNoted(settings, entry);
    return range === 'no' || answer.is === 'no' ? [] : [{ sure: range === 'yes' && answer.is === 'yes', answer }];
  });
  const off = offs.find(({ sure }) => sure);
  const preset = knobs.presumed && contained ? 'unknown' : knobs.default[packaging];
  const deciding = whole.length > 0 ? whole : part;

  const common = {
    knobs: [...new Set(guards.filter(({ guard }) => guard.covers !== 'admin').map(({ guard }) => spelled(guard.when)))],
    leavesOpen: deciding.find(({ guard }) => guard.leavesOpen)?.guard.leavesOpen ?? knobs.leavesOpen ?? null,
    presumed: false,
    switchedOff: off !== undefined,
    halves: guards.flatMap(({ guard, answer }) => {
      const half = answer.is === 'no' ? missingPart(settings, guard.when) : null;
      return half && !half.found.every(({ setting }) => guard.aside.includes(setting.name)) ? [half] : [];
    }),
    unless: [],
  };
  if (off) return { ...common, state: 'off', because: reasons(off.answer) };
  const doubtful = offs.map(({ answer }) => answer);
  if (whole.length > 0 || preset === 'on') {
    const state = doubtful.length > 0 ? 'unknown' : 'on';
    return { ...common, state, because: [...whole.map(({ answer }) => answer), ...doubtful].flatMap(reasons) };
  }
  if (perhaps.length > 0) {
    return { ...common, state: 'unknown', because: perhaps.flatMap(({ answer }) => reasons(answer)) };
  }
  if (part.length > 0) return { ...common, state: 'partial', because: part.flatMap(({ answer }) => reasons(answer)) };
  const unless = guards.filter(({ guard }) => guard.covers !== 'admin').flatMap(({ answer }) => answer.unless);
  return { ...common, state: preset, presumed: knobs.presumed, because: [], unless: distinct(unless) };
}

function reasons(answer: Answer): { text: string; span: Span }[] {
  return answer.found.map(({ setting, span }) => ({ text: setting.name, span }));
}

function distinct(spans: readonly Span[]): Span[] {
  return [...new Map(spans.map((span) => [`${span.file}:${span.start}:${span.end}`, span])).values()];
}

/** `A and (B or C)`, as somebody would be told to set it. */
export function spelled(condition: Condition): string {
  const group = (tests: Condition[number]): string => tests.map(({ written }) => bareName(written)).join(' or ');
  if (condition.length === 1) return group(condition[0] ?? []);
  return condition.map((tests) => (tests.length > 1 ? `(${group(tests)})` : group(tests))).join(' and ');
}

function bareName(written: string): string {
  return written.replace(/^(?:env|config|code):/, '');
}
