import type { Span } from '../../../model/span.ts';
import type { SourceText } from '../../source/source-text.ts';
import { lex, type Token } from './lexer.ts';

/** A line of a Caddyfile with the block it opens. */
export interface Segment {
  readonly name: Token;
  readonly args: readonly Token[];
  readonly block: readonly Segment[] | null;
  /** From the first to the last word of the line. */
  readonly span: Span;
}

export interface Trouble {
  readonly span: Span;
  readonly what: string;
}

export interface CaddyText {
  readonly segments: readonly Segment[];
  readonly troubles: readonly Trouble[];
}

const DEEPEST = 60;
const MOST_TROUBLES = 5;

interface Level {
  readonly segments: Segment[];
  readonly opener: readonly Token[];
}

export function parseCaddyfile(source: SourceText): CaddyText {
  const { tokens, troubles: lexical } = lex(source);
  const troubles: Trouble[] = [];
  const trouble = (span: Span, what: string): void => {
    if (troubles.length < MOST_TROUBLES) troubles.push({ span, what });
  };
  const levels: Level[] = [{ segments: [], opener: [] }];
  let words: Token[] = [];
  const current = (): Level | undefined => levels.at(-1);
  const finish = (block: readonly Segment[] | null, line: readonly Token[]): void => {
    const [name, ...args] = line;
    if (name) current()?.segments.push(segment(name, args, block));
  };
  const close = (): void => {
    const done = levels.pop();
    if (!done) return;
    const [first] = done.opener;
    if (first && isOpener(first)) {
      // Global options have no name: the brace stands for it.
      current()?.segments.push(segment(first, [], done.segments));
    } else finish(done.segments, done.opener);
  };
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    const lineEnds = !next || next.line !== token.line;
    if (isOpener(token) && (lineEnds || words.length > 0)) {
      if (levels.length > DEEPEST) {
        trouble(token.span, `blocks are nested deeper than ${DEEPEST} levels`);
        break;
      }
      levels.push({ segments: [], opener: words.length > 0 ? words : [token] });
      words = [];
    } else if (token.text === '}' && !token.quoted) {
      if (words.length > 0) finish(null, words);
      words = [];
      if (levels.length > 1) close();
      else trouble(token.span, 'a `}` that closes nothing');
    } else {
      words.push(token);
      // Addresses of a site may go on behind a comma.
      const goesOn = levels.length === 1 && token.text.endsWith(',');
      if (lineEnds && !goesOn) {
        finish(null, words);
        words = [];
      }
    }
  }
  if (words.length > 0) finish(null, words);
  while (levels.length > 1) {
    const opener = current()?.opener[0];
    if (opener) trouble(opener.span, 'a block that nothing closes');
    close();
  }
  for (const one of lexical) trouble(one.span, one.what);
  return { segments: levels[0]?.segments ?? [], troubles };
}

function isOpener(token: Token): boolean {
  return token.text === '{' && !token.quoted;
}

function segment(name: Token, args: readonly Token[], block: readonly Segment[] | null): Segment {
  const last = args.at(-1) ?? name;
  const end = last.span.file === name.span.file ? Math.max(last.span.end, name.span.end) : name.span.end;
  return { name, args, block, span: { file: name.span.file, start: name.span.start, end } };
}
