import type { PyNode } from './syntax.ts';

/**
 * Valid Python that leads the grammar (@lezer/python 1.1) astray, and what stands in its place when a text is parsed: as
 * long, and the same to whoever asks for calls, arguments and assignments. Also in strings, where it changes nothing.
 */
const REPLACED: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  // `t"x"` (PEP 750), as `f"x"`
  [/(?<![\w"'])(?:rt|tr|t)(?=["'])/gi, (prefix = '') => prefix.replace(/t/i, 'f')],
  // `with a as (b, c), d as e[0], f as g.h:`
  [
    /(\bas[ \t]+)(\((?:[^()"'\n]|\([^()"'\n]*\))*\)|\[[^[\]"'\n]*\]|[A-Za-z_]\w*(?:\.\w+|\[[^\]\n]*\])+)(?=\s*[,:)])/g,
    (_all, as = '', target = '') => as + '_'.repeat(target.length),
  ],
  // `except A, b.C:` (PEP 758)
  [
    /(\bexcept\*?[ \t]+)([\w.]+(?:[ \t]*,[ \t]*[\w.]+)+)(?=[ \t]*:)/g,
    (_all, except = '', kinds = '') => except + kinds.replaceAll(',', '.'),
  ],
  // `for x in *a, *b:`
  [/(\bin[ \t]+)\*(?=[\w(])/g, (_all, before = '') => `${before} `],
  // `match *a, b:`, `match not a:`
  [
    /^([ \t]*match[ \t]+)(\*|not\b)(?=[^\n]*:[ \t]*(?:#[^\n]*)?$)/gm,
    (_all, match = '', word = '') => match + ' '.repeat(word.length),
  ],
  // `class A[*Ts = *tuple[int]]`
  [
    /(\*\w+)([ \t]*=[ \t]*\*?(?:[\w.]+(?:\[[^\]\n]*\])?|\[[^\]\n]*\]))(?=\s*[,\]])/g,
    (_all, name = '', preset = '') => name + ' '.repeat(preset.length),
  ],
  // `lazy import json` (PEP 810)
  [/^([ \t]*lazy)[ \t](?=[ \t]*(?:import|from)\b)/gm, (_all, lazy = '') => `${lazy};`],
];

/** The text as the grammar can read it, every character in its place. */
export function readable(text: string): string {
  return REPLACED.reduce((known, [pattern, instead]) => known.replace(pattern, instead), text);
}

/** Where the grammar stops at valid Python and goes on right behind it, with nothing lost. */
const GAPS: Readonly<Record<string, (error: PyNode, text: string) => boolean>> = {
  // Bare: `(yield)`.
  YieldStatement: isEmpty,
  YieldExpression: isEmpty,
  // `@app.get("/")(wrap)`, `@routes[0].add`, `@(lambda f: f)`: any expression since 3.9.
  Decorator: isEmpty,
  DecoratedStatement: isEmpty,
  // `1.`, `1. * 2`; `a[*b]`
  MemberExpression: (error, text) =>
    isStar(error, text) || (isEmpty(error) && /\d\.\s*$/.test(text.slice(Math.max(0, error.from - 80), error.from))),
  // `def f(*args: *Ts)`
  TypeDef: isStar,
  // `{y := 2}`
  SetExpression: (error, text) => text.slice(error.parent?.from, error.to).includes(':='),
  // `lambda a, /, b: a`
  ParamList: (error, text) => text.slice(error.from, error.to) === '/',
  // `def f[T = int]()`
  TypeParam: () => true,
  // `with (open(a) as f, open(b) as g):`, `with a as self.file:`
  WithStatement: () => true,
  ParenthesizedExpression: isInWith,
  TupleExpression: isInWith,
  // `for x in a, *b:`
  ForStatement: isStar,
  // `match x, y:`, `match x := 1:`
  MatchStatement: (error, text) => /^(?:,|:=)?\s*[\w.]*$/.test(text.slice(error.from, error.to)),
  // `case shapes.Point():`
  LiteralPattern: isEmpty,
  // `case "a" "b":`
  MatchClause: (error) => isEmpty(error) && error.prevSibling?.name === 'LiteralPattern',
  // `case {}:`, `case {A.B: c}:`
  MappingPattern: (error, text) => /^(?:\}|(?:\.\w+)+)$/.test(text.slice(error.from, error.to)),
  // `f"{x:=10}"`
  FormatReplacement: isEmpty,
};

export function isGrammarGap(error: PyNode, text: string): boolean {
  return GAPS[error.parent?.name ?? '']?.(error, text) ?? false;
}

function isEmpty({ from, to }: PyNode): boolean {
  return from === to;
}

function isStar({ from, to }: PyNode, text: string): boolean {
  return text.slice(from, to) === '*';
}

function isInWith(error: PyNode): boolean {
  return isEmpty(error) && error.parent?.parent?.name === 'WithStatement';
}
