import { stringEnd } from './string-end.ts';

/** A part of the text. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Where an expression ends: a line's end or a comma outside of brackets, strings and heredocs, or the bracket around it. */
export function expressionEnd(text: string, from: number): number {
  const heredoc = /<<-?(\w+)[ \t]*\r?\n/y;
  heredoc.lastIndex = from;
  const opened = heredoc.exec(text);
  if (opened) {
    const end = new RegExp(`^[ \\t]*${opened[1]}[ \\t]*\\r?$`, 'gm');
    end.lastIndex = from + opened[0].length;
    const found = end.exec(text);
    return found ? found.index + found[0].trimEnd().length : text.length;
  }
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '"') at = stringEnd(text, at);
    else if (/[([{]/.test(character)) depth += 1;
    else if (/[)\]}]/.test(character)) {
      depth -= 1;
      if (depth < 0) return at;
      if (depth === 0 && /[\r\n,]/.test(text[at + 1] ?? '\n')) return at + 1;
    } else if (depth === 0 && /[\n,]/.test(character)) return at;
    else if (character === '#' || (character === '/' && text[at + 1] === '/')) {
      if (depth === 0) return at;
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end - 1;
    } else if (character === '<' && text[at + 1] === '<' && depth > 0) {
      at = Math.max(at, expressionEnd(text, at) - 1);
    }
  }
  return text.length;
}

/** `"${var.x}"` is `var.x`: what a string is that holds nothing but an expression. */
export function unwrapped(text: string, { from, to }: Stretch): Stretch {
  const [, open] = /^("\$\{\s*)[\w.[\]*-]+\s*\}"$/.exec(text.slice(from, Math.min(to, from + 300))) ?? [];
  if (open === undefined) return { from, to };
  const inner = text.slice(from + open.length, to - 2).trimEnd();
  return { from: from + open.length, to: from + open.length + inner.length };
}

/** What a backslash and what follows it stand for. */
export function unescaped(written: string): string {
  if (written.length > 2) return String.fromCharCode(Number.parseInt(written.slice(2), 16));
  return ESCAPES[written[1] ?? ''] ?? written[1] ?? '';
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
