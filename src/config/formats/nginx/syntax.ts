import type { Span } from '../../../model/span.ts';
import type { SourceText } from '../../source/source-text.ts';
import { Lexer, type Word } from './lexer.ts';

export interface Argument {
  readonly text: string;
  readonly span: Span;
  readonly quoted: boolean;
}

export interface Directive {
  readonly name: string;
  readonly nameSpan: Span;
  readonly args: readonly Argument[];
  readonly block: readonly Directive[] | null;
  /** From the name to the last argument. */
  readonly span: Span;
  /** A template's placeholder on a line of its own: anything may come in its place. */
  readonly placeholder: boolean;
}

export interface Trouble {
  readonly span: Span;
  readonly what: string;
}

export interface NginxText {
  readonly directives: readonly Directive[];
  readonly troubles: readonly Trouble[];
  /** It has a template's `if` and `for`. */
  readonly templated: boolean;
}

const DEEPEST = 60;
const MOST_TROUBLES = 5;
const PLACEHOLDER = /^(\$\{[^}\s]*\}|\{\{[^}]*\}\}|<%[^%]*%>|@@?[A-Z_]+@@?|__[A-Z_]+__)$/;

interface Level {
  readonly directives: Directive[];
  readonly opener: { readonly name: Word; readonly args: readonly Word[] } | null;
}

export function parseNginx(source: SourceText): NginxText {
  const lexer = new Lexer(source);
  const troubles: Trouble[] = [];
  const trouble = (start: number, end: number, what: string): void => {
    if (troubles.length < MOST_TROUBLES) troubles.push({ span: source.span(start, end), what });
  };
  const root: Level = { directives: [], opener: null };
  const levels: Level[] = [root];
  let words: Word[] = [];
  const current = (): Level => levels.at(-1) ?? root;
  const make = (name: Word, args: readonly Word[], block: readonly Directive[] | null, placeholder = false): void => {
    current().directives.push(directive(source, name, args, block, placeholder));
  };
  const close = (): void => {
    const done = levels.pop();
    if (done?.opener) make(done.opener.name, done.opener.args, done.directives);
  };

  for (;;) {
    const token = lexer.next();
    if (token.kind === 'word') {
      if (words.length === 0 && !token.quoted && PLACEHOLDER.test(token.text) && lexer.atLineEnd()) {
        make(token, [], null, true);
      } else words.push(token);
      continue;
    }
    const [name, ...args] = words;
    words = [];
    if (token.kind === ';') {
      if (name) make(name, args, null);
      else if (!current().directives.at(-1)?.placeholder)
        trouble(token.start, token.start + 1, 'a `;` that ends nothing');
    } else if (token.kind === '{') {
      if (name && isScript(name.text)) {
        const end = scriptEnd(source.text, token.start);
        make(name, args, []);
        if (end === -1) trouble(name.start, name.end, `the block of ${name.text} is not closed`);
        lexer.at = end === -1 ? source.text.length : end + 1;
      } else if (levels.length >= DEEPEST) {
        trouble(token.start, token.start + 1, `blocks are nested deeper than ${DEEPEST} levels`);
        break;
      } else {
        if (!name) trouble(token.start, token.start + 1, 'a block without a name');
        levels.push({ directives: [], opener: { name: name ?? nameless(token.start), args } });
      }
    } else {
      // nginx refuses a file in which `;` is missing before `}`; what was meant is plain enough to read on.
      if (name) {
        make(name, args, null);
        trouble(name.start, args.at(-1)?.end ?? name.end, `${name.text.slice(0, 40)} is not ended by \`;\``);
      }
      if (token.kind === 'end') break;
      if (levels.length === 1) trouble(token.start, token.start + 1, 'a `}` that closes nothing');
      else close();
    }
  }
  while (levels.length > 1) {
    const name = current().opener?.name;
    if (name) trouble(name.start, name.end, `the block of ${name.text.slice(0, 40)} is not closed`);
    close();
  }
  for (const { start, end, what } of lexer.troubles) trouble(start, end, what);
  return { directives: root.directives, troubles, templated: lexer.templated };
}

function nameless(start: number): Word {
  return { kind: 'word', text: '', start, end: start, quoted: false };
}

function directive(
  source: SourceText,
  name: Word,
  args: readonly Word[],
  block: readonly Directive[] | null,
  placeholder: boolean,
): Directive {
  return {
    name: name.text,
    nameSpan: source.span(name.start, name.end),
    args: args.map(({ text, start, end, quoted }) => ({ text, span: source.span(start, end), quoted })),
    block,
    span: source.span(name.start, args.at(-1)?.end ?? name.end),
    placeholder,
  };
}

function isScript(name: string): boolean {
  return name.endsWith('_by_lua_block');
}

/** The brace that closes a block of Lua: strings and comments may hold others. -1 when there is none. */
function scriptEnd(text: string, open: number): number {
  const pattern = /--\[(=*)\[|--[^\n]*|\[(=*)\[|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[{}]/g;
  pattern.lastIndex = open;
  let depth = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const long = match[1] ?? match[2];
    if (long !== undefined) {
      const end = text.indexOf(`]${long}]`, pattern.lastIndex);
      if (end === -1) return -1;
      pattern.lastIndex = end;
    } else if (match[0] === '{') depth += 1;
    else if (match[0] === '}') {
      depth -= 1;
      if (depth === 0) return match.index;
    }
  }
  return -1;
}
