import type { Span } from '../../model/span.ts';
import type { SourceText } from '../source/source-text.ts';
import { PlacedString } from './placed-string.ts';

/*
 * Files of sections and `key = value`, in the dialects of systemd and of Python's configparser.
 */

export interface IniEntry {
  readonly section: string;
  readonly key: string;
  readonly keySpan: Span;
  /** The value with continuation lines joined as the dialect joins them, without the space around it. */
  readonly value: PlacedString;
  /** From the key to the end of the value. */
  readonly span: Span;
}

export interface IniSection {
  readonly name: string;
  readonly span: Span;
  readonly entries: readonly IniEntry[];
}

export interface IniText {
  readonly sections: readonly IniSection[];
  readonly troubles: readonly { readonly span: Span; readonly what: string }[];
}

export interface IniDialect {
  /** `backslash`: a line that ends in one goes on, as in systemd. `indent`: an indented line goes on, as in configparser. */
  readonly continues: 'backslash' | 'indent';
  /** A comment may follow a value (` ;` in supervisor). systemd has none: there it is part of the value. */
  readonly trailing: RegExp | null;
  readonly assigns: RegExp;
}

/** systemd.syntax(7). */
export const SYSTEMD: IniDialect = { continues: 'backslash', trailing: null, assigns: /=/ };
/** Supervisor's parser: configparser with `inline_comment_prefixes=(';', '#')`, each after a space. */
export const SUPERVISOR: IniDialect = { continues: 'indent', trailing: /\s[;#]/, assigns: /[=:]/ };

const MOST_TROUBLES = 5;

export function parseIni(source: SourceText, dialect: IniDialect): IniText {
  const sections: { name: string; span: Span; entries: IniEntry[] }[] = [];
  const troubles: { span: Span; what: string }[] = [];
  const lines = linesOf(source.text);
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index];
    if (!line) break;
    const text = source.text.slice(line.start, line.end);
    const trimmed = text.trim();
    if (trimmed === '' || /^[#;]/.test(trimmed)) continue;
    // A template's control statement.
    if (/^\{[%#].*[%#]\}$/.test(trimmed)) continue;
    const start = line.start + text.length - text.trimStart().length;
    const header = /^\[([^\]]*)\]/.exec(trimmed);
    if (header) {
      sections.push({ name: header[1] ?? '', span: source.span(start, start + header[0].length), entries: [] });
      continue;
    }
    const last = lastLine(lines, index, source.text, dialect);
    const section = sections.at(-1);
    const assigns = dialect.assigns.exec(text);
    if (section && assigns) {
      section.entries.push(entry(source, section.name, lines.slice(index, last + 1), assigns.index, start, dialect));
    } else if (troubles.length < MOST_TROUBLES && !/\{\{|\{%|<%/.test(trimmed)) {
      const what = section ? 'is neither a section nor `key=value`' : 'stands before the first section';
      troubles.push({ span: source.span(start, start + trimmed.length), what });
    }
    index = last;
  }
  return { sections, troubles };
}

interface Line {
  readonly start: number;
  /** Without the line break. */
  readonly end: number;
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (start < text.length) {
    const found = text.indexOf('\n', start);
    const next = found === -1 ? text.length : found;
    lines.push({ start, end: next > start && text[next - 1] === '\r' ? next - 1 : next });
    start = next + 1;
  }
  return lines;
}

/** The last line that belongs to the entry that begins at `index`. */
function lastLine(lines: readonly Line[], index: number, text: string, { continues }: IniDialect): number {
  let last = index;
  if (continues === 'indent') {
    for (let next = index + 1; next < lines.length; next += 1) {
      const line = lines[next];
      if (!line || !/[ \t]/.test(text[line.start] ?? '') || text.slice(line.start, line.end).trim() === '') break;
      last = next;
    }
    return last;
  }
  let open = text[(lines[index]?.end ?? 0) - 1] === '\\';
  for (let next = index + 1; open && next < lines.length; next += 1) {
    const line = lines[next];
    if (!line) break;
    last = next;
    // Comment lines inside a continued one are skipped and do not end it (systemd.syntax(7)).
    if (!isComment(text, line)) open = text[line.end - 1] === '\\';
  }
  return last;
}

function isComment(text: string, { start, end }: Line): boolean {
  return /^[ \t]*[#;]/.test(text.slice(start, Math.min(end, start + 200)));
}

function entry(
  source: SourceText,
  section: string,
  lines: readonly Line[],
  assigns: number,
  start: number,
  dialect: IniDialect,
): IniEntry {
  const [first] = lines;
  const from = first?.start ?? 0;
  const key = source.text.slice(start, from + assigns).trimEnd();
  const value = new PlacedString(source.file);
  for (const [number, line] of lines.entries()) {
    if (number > 0 && isComment(source.text, line)) continue;
    const begin = number === 0 ? from + assigns + 1 : line.start;
    let text = source.text.slice(begin, line.end);
    const comment = dialect.trailing?.exec(text);
    if (comment) text = text.slice(0, comment.index);
    const goesOn = dialect.continues === 'backslash' && number < lines.length - 1 && text.endsWith('\\');
    if (goesOn) text = text.slice(0, -1);
    // systemd puts a space where the backslash and the line break stood.
    value.add(text, begin);
    if (number < lines.length - 1) value.add(dialect.continues === 'backslash' ? ' ' : '\n', begin + text.length);
  }
  const trimmed = value.trimmed(from + assigns + 1);
  return {
    section,
    key,
    keySpan: source.span(start, start + key.length),
    value: trimmed,
    span: source.span(start, Math.max(start + key.length, trimmed.span.end)),
  };
}
