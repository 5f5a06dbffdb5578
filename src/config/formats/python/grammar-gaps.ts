import type { PyNode } from './syntax.ts';

/** Where the grammar (@lezer/python 1.1) stops at valid Python and goes on right behind it, with nothing lost. */
const GAPS: Readonly<Record<string, (error: PyNode, text: string) => boolean>> = {
  // Bare: `(yield)`.
  YieldStatement: isEmpty,
  YieldExpression: isEmpty,
  // `@app.get("/")(wrap)`, `@routes[0].add`, `@(lambda f: f)`: any expression since 3.9.
  Decorator: isEmpty,
  DecoratedStatement: isEmpty,
  // `1.`, `1. * 2`
  MemberExpression: (error, text) =>
    isEmpty(error) && /\d\.\s*$/.test(text.slice(Math.max(0, error.from - 80), error.from)),
  // `lambda a, /, b: a`
  ParamList: (error, text) => text.slice(error.from, error.to) === '/',
  // `def f[T = int]()`
  TypeParam: () => true,
  // `with (open(a) as f, open(b) as g):`, `with a as self.file:`
  WithStatement: () => true,
  ParenthesizedExpression: isInWith,
  TupleExpression: isInWith,
  // `match x, y:`
  MatchStatement: (error, text) => /^,?\s*[\w.]*$/.test(text.slice(error.from, error.to)),
  // `case shapes.Point():`
  LiteralPattern: isEmpty,
  // `f"{x:=10}"`
  FormatReplacement: isEmpty,
};

export function isGrammarGap(error: PyNode, text: string): boolean {
  const isTemplate = isEmpty(error) && /\b(?:t|rt|tr)$/i.test(text.slice(error.from - 3, error.from));
  if (isTemplate && /["']/.test(text.charAt(error.from))) return true;
  return GAPS[error.parent?.name ?? '']?.(error, text) ?? false;
}

function isEmpty({ from, to }: PyNode): boolean {
  return from === to;
}

function isInWith(error: PyNode): boolean {
  return isEmpty(error) && error.parent?.parent?.name === 'WithStatement';
}
