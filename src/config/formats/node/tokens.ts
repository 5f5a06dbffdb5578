import type { Markup } from './markup.ts';

/** A bracket, quote or tag that is open. */
export interface Open {
  /** `${` inside of a template, `<` a tag of JSX, `</` what is between an opening and a closing tag. */
  readonly with: '(' | '[' | '{' | '${' | '`' | Markup;
  readonly at: number;
  /** What follows the closing bracket begins an expression or a statement: `if (a)`, a block. */
  readonly starts: boolean;
}

export const CLOSES = { ')': '(', ']': '[' } as const;
/** After these an expression begins, so that `/` opens a pattern. */
export const BEFORE_EXPRESSION =
  /^(return|typeof|instanceof|in|of|new|delete|void|throw|case|do|else|yield|await|default|extends|export)$/;
export const OPERATOR_WORD = /^(in|of|instanceof|as|satisfies|extends|is|from|with|assert)$/;
export const UNJOINED = 'nothing joins this to what stands before it';
export const WORD = /[\w$#@\\\u0080-\uffff]+/y;
export const NUMBER = /\.?\d(?:[eE][+-]\d|[\w.])*/y;
export const OPERATOR = /=>|\.\.\.|[=!]==?|&&=?|\|\|=?|\?\?=?|\*\*=?|<<=?|[-+*/%&|^<]=|\+\+|--|[^\s\w]/y;
/** Each wants something behind it, in types too. */
export const WANTS_MORE = /^(=|=>|[=!]==?|&&=?|\|\|=?|\?\?=?|[-+*/%^]=)$/;

export const NAMES: Readonly<Record<Open['with'], string>> = {
  '(': '`(`',
  '[': '`[`',
  '{': '`{`',
  '${': '`${`',
  '`': 'template',
  '<': 'tag',
  '</': 'tag',
};

/** The closing quote, or else the end of the line. */
export function quoteEnd(text: string, open: number, quote: string): number {
  let at = open + 1;
  while (at < text.length && text[at] !== quote && text[at] !== '\n')
    at += text[at] !== '\\' ? 1 : text.startsWith('\r\n', at + 1) ? 3 : 2;
  return Math.min(at, text.length);
}
