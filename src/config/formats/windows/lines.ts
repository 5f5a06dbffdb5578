import type { Span } from '../../../model/span.ts';
import { ExpandedText, type Piece } from '../../source/expanded-text.ts';
import type { SourceText } from '../../source/source-text.ts';

/** One command with its words. */
export interface Command {
  readonly text: ExpandedText;
  readonly words: readonly ExpandedText[];
  readonly span: Span;
}

type Dialect = 'powershell' | 'batch';

/** Commands of a file: lines joined at their continuations, split at `;`, `&&`, `&` and `|`, comments left out. */
export function commandsIn(source: SourceText, dialect: Dialect): Command[] {
  return joinedLines(source, dialect).flatMap((line) =>
    split(line, dialect).flatMap((text) => inner(command(text, dialect))),
  );
}

function joinedLines(source: SourceText, dialect: Dialect): ExpandedText[] {
  const continued = dialect === 'powershell' ? '`' : '^';
  const comment = dialect === 'powershell' ? /^\s*#/ : /^\s*@?(rem\b|::)/i;
  const lines: ExpandedText[] = [];
  let pieces: Piece[] = [];
  let block = false;
  let start = 0;
  while (start < source.text.length) {
    const end = source.text.indexOf('\n', start);
    const next = end === -1 ? source.text.length : end + 1;
    const text = source.text.slice(start, next).replace(/\r?\n$/, '');
    if (text.includes('<#')) block = true;
    if (block || comment.test(text)) {
      if (text.includes('#>')) block = false;
    } else {
      const kept = text.trimEnd().endsWith(continued) ? text.trimEnd().slice(0, -1) : text;
      const span = source.span(start, start + kept.length);
      pieces.push({ text: kept, span, verbatim: true, kind: 'explicit', via: [], why: '' });
      if (kept.length === text.length || pieces.length > 200) {
        lines.push(new ExpandedText(pieces, { ...span, start: pieces[0]?.span.start ?? span.start }));
        pieces = [];
      }
    }
    start = next;
  }
  if (pieces.length > 0) lines.push(new ExpandedText(pieces, pieces[0]?.span ?? source.span(0, 0)));
  return lines;
}

/** At what joins commands, outside of quotes. */
function split(line: ExpandedText, dialect: Dialect): ExpandedText[] {
  const { text } = line;
  const parts: ExpandedText[] = [];
  let from = 0;
  let quote = '';
  const cut = (at: number, length: number) => {
    parts.push(line.part(from, at));
    from = at + length;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || (dialect === 'powershell' && character === "'")) quote = character;
    else if (dialect === 'powershell' && character === '#' && /\s/.test(text[at - 1] ?? ' ')) {
      cut(at, text.length - at);
      break;
    } else if (text.startsWith('&&', at) || text.startsWith('||', at)) {
      cut(at, 2);
      at += 1;
    } else if (
      character === '|' ||
      (dialect === 'powershell' && character === ';') ||
      (dialect === 'batch' && character === '&')
    )
      cut(at, 1);
  }
  parts.push(line.part(from));
  return parts.filter((part) => part.text.trim() !== '');
}

function command(text: ExpandedText, dialect: Dialect): Command {
  const start = text.text.length - text.text.trimStart().length + (/^\s*@/.test(text.text) ? 1 : 0);
  const trimmed = text.part(start, Math.max(start, text.text.trimEnd().length));
  return { text: trimmed, words: wordsOf(trimmed, dialect), span: trimmed.value.span };
}

function wordsOf(text: ExpandedText, dialect: Dialect): ExpandedText[] {
  const pattern = dialect === 'powershell' ? /"((?:[^"`]|`.)*)"|'([^']*)'|[^\s"']\S*/g : /"([^"]*)"|[^\s"]\S*/g;
  return [...text.text.slice(0, 20_000).matchAll(pattern)].map((match) => {
    const quoted = match[1] ?? match[2];
    const from = match.index + (quoted === undefined ? 0 : 1);
    const part = text.part(from, from + (quoted ?? match[0]).length);
    return isFilledIn(part.text) ? part.unknown('is set elsewhere') : part;
  });
}

/** `$env:X`, `$(…)`, `%X%`. */
export function isFilledIn(text: string): boolean {
  return /\$\w|\$\{|\$\(|%\w+%/.test(text);
}

/** `cmd /c "set A=b && ollama serve"` holds commands of its own. */
function inner(outer: Command): Command[] {
  const flag = outer.words.findIndex(({ text }) => /^\/[ck]$/i.test(text));
  const line = outer.words[flag + 1];
  if (flag === -1 || !/cmd(\.exe)?$/i.test(outer.words[0]?.text ?? '') || !line || !/\s/.test(line.text))
    return [outer];
  return split(line, 'batch').map((text) => command(text, 'batch'));
}
