import type { Span } from '../../../model/span.ts';
import type { SourceText } from '../../source/source-text.ts';

/*
 * The words of a Caddyfile, as caddyconfig/caddyfile/lexer.go splits them. `{$NAME:default}` is filled in before Caddy
 * splits; here it stays in its word and is filled in afterwards, so that its place is kept.
 */

export interface Token {
  readonly text: string;
  /** Without its quotes. */
  readonly span: Span;
  readonly quoted: boolean;
  /** Lines from 0; tokens of one statement stand on one line, counted across `\` at a line's end. */
  readonly line: number;
  /** Places it passed through: where a snippet's argument was given. */
  readonly via: readonly Span[];
  /** Its text is a fallback of `{$NAME:fallback}`. */
  readonly byDefault: boolean;
  /** Why nobody knows it, or null. */
  readonly unknown: string | null;
}

export interface Lexed {
  readonly tokens: readonly Token[];
  readonly troubles: readonly { readonly span: Span; readonly what: string }[];
}

const LONGEST_INSERT = 300;

export function lex(source: SourceText): Lexed {
  const { text } = source;
  const tokens: Token[] = [];
  const troubles: { span: Span; what: string }[] = [];
  const unclosed = new Set<string>();
  let line = 0;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const push = (start: number, end: number, content: string, quoted: boolean): void => {
    tokens.push(
      ...filled({
        text: content,
        span: source.span(start, end),
        quoted,
        line,
        via: [],
        byDefault: false,
        unknown: null,
      }),
    );
  };
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === '\n') {
      line += 1;
      at += 1;
    } else if (/\s/.test(character)) at += 1;
    else if (character === '\\' && /^\\\r?\n/.test(text.slice(at, at + 3))) at = text.indexOf('\n', at) + 1;
    else if (character === '#') {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end;
    } else if (text.startsWith('<<', at) && /^<<[A-Za-z0-9_-]+\r?\n/.test(text.slice(at, at + 100))) {
      const end = heredoc(source, at);
      if (end.close === -1) {
        troubles.push({ span: source.span(at, end.body - 1), what: 'a heredoc that nothing ends' });
        break;
      }
      push(end.body, end.close, text.slice(end.body, end.close), true);
      line += 1;
      at = end.after;
    } else if ((character === '"' || character === '`') && !unclosed.has(character)) {
      const end = closingQuote(text, at, character);
      if (end === -1) {
        unclosed.add(character);
        troubles.push({ span: source.span(at, at + 1), what: 'a quote that nothing closes' });
        continue;
      }
      const content = text.slice(at + 1, end);
      push(at + 1, end, character === '"' ? content.replaceAll('\\"', '"') : content, true);
      at = end + 1;
    } else {
      const end = wordEnd(text, at);
      push(at, end, text.slice(at, end), false);
      at = end;
    }
  }
  return { tokens, troubles };
}

function closingQuote(text: string, open: number, quote: string): number {
  for (let at = open + 1; at < text.length; at += 1) {
    if (text[at] === '\\' && quote === '"') at += 1;
    else if (text[at] === quote) return at;
  }
  return -1;
}

function wordEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (/\s/.test(character)) break;
    // `{$NAME:a default}` and `{{ name }}` may hold spaces.
    const insert =
      character === '{' ? /^(?:\{\$[^}\n]*\}|\{\{[^\n]*?\}\})/.exec(text.slice(at, at + LONGEST_INSERT)) : null;
    at += insert ? insert[0].length : character === '\\' && /\S/.test(text[at + 1] ?? '') ? 2 : 1;
  }
  return Math.max(at, start + 1);
}

function heredoc(
  { text }: SourceText,
  at: number,
): { readonly body: number; readonly close: number; readonly after: number } {
  const [opener = '<<', marker = ''] = /^<<([A-Za-z0-9_-]+)\r?\n/.exec(text.slice(at, at + 100)) ?? [];
  const body = at + opener.length;
  for (let lineStart = body; lineStart < text.length; ) {
    const lineEnd = text.indexOf('\n', lineStart);
    const stop = lineEnd === -1 ? text.length : lineEnd;
    if (text.slice(lineStart, stop).trim() === marker)
      return { body, close: Math.max(body, lineStart - 1), after: stop };
    if (lineEnd === -1) break;
    lineStart = lineEnd + 1;
  }
  return { body, close: -1, after: text.length };
}

const ENVIRONMENT = /\{\$([^{}:\n]{0,200})(?::([^{}\n]{0,300}))?\}/g;

/** With fallbacks put in; what they bring in outside of quotes is split as Caddy would. */
function filled(token: Token): readonly Token[] {
  const { text } = token;
  if (text.startsWith('{{') || text.includes('{{')) return [{ ...token, unknown: 'a template fills it' }];
  if (!text.includes('{$')) return [token];
  let unknown: string | null = null;
  const whole = text.replaceAll(ENVIRONMENT, (match, name: string, fallback: string | undefined) => {
    if (fallback !== undefined) return fallback;
    unknown ??= `${name} is set where Caddy runs`;
    return match;
  });
  if (unknown !== null) return [{ ...token, unknown }];
  const made = { ...token, byDefault: true };
  if (token.quoted || !/\s/.test(whole)) return [{ ...made, text: whole }];
  return whole.split(/\s+/).flatMap((part) => (part === '' ? [] : [{ ...made, text: part }]));
}
