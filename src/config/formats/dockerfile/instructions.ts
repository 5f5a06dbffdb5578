import { ExpandedText, type Piece } from '../../source/expanded-text.ts';
import type { SourceText } from '../../source/source-text.ts';

/** One instruction with its lines joined. */
export interface Instruction {
  /** Upper case. */
  readonly keyword: string;
  /** The keyword as written, or the first word of a line that has none. */
  readonly word: ExpandedText;
  /** `--chmod=644` and the like. */
  readonly flags: readonly { readonly name: string; readonly value: ExpandedText }[];
  /** What follows; comment lines between continued lines are left out, continuations and heredoc bodies kept. */
  readonly body: ExpandedText;
  readonly heredocs: readonly Heredoc[];
  /** Written after `ONBUILD`: happens in whoever builds on it. */
  readonly later: boolean;
}

export interface Heredoc {
  readonly name: string;
  readonly text: ExpandedText;
}

const HEREDOC = /(?<![<\w])<<(-?)(["']?)([A-Za-z_]\w*)\2/g;

/** Splits a Dockerfile by the rules of BuildKit's parser (frontend/dockerfile/parser): escape directive, continuations, heredocs. */
export function instructions(source: SourceText): Instruction[] {
  const lines = linesOf(source.text);
  const continuation = escapeOf(source.text);
  const lastOf = new Map(lines.map((line, index) => [line.text.trimStart(), index]));
  const found: Instruction[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const first = lines[at] as Line;
    if (/^[ \t\uFEFF]*(#|$)/.test(first.text)) continue;
    const pieces: Piece[] = [];
    let text = '';
    for (; at < lines.length; at += 1) {
      const line = lines[at] as Line;
      if (pieces.length > 0 && /^[ \t]*(#|$)/.test(line.text)) continue;
      pieces.push(piece(source, line));
      text = line.text.trimEnd();
      if (!text.endsWith(continuation)) break;
    }
    const joined = new ExpandedText(pieces, source.span(first.start, pieces.at(-1)?.span.end ?? first.start));
    const { heredocs, last, more } = heredocsOf(joined, lines, lastOf, at, source);
    at = last;
    const instruction = instructionOf(new ExpandedText([...joined.pieces, ...more], joined.whole), heredocs);
    found.push(instruction);
  }
  return found;
}

interface Line {
  readonly text: string;
  readonly start: number;
  /** With its line break. */
  readonly full: string;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const next = end === -1 ? text.length : end + 1;
    const full = text.slice(start, next);
    lines.push({ text: full.replace(/\r?\n$/, ''), start, full });
    start = next;
  }
  return lines;
}

function escapeOf(text: string): string {
  return /^(?:#[ \t]*\w+[ \t]*=.*\r?\n)*#[ \t]*escape[ \t]*=[ \t]*`/i.test(text) ? '`' : '\\';
}

function piece(source: SourceText, { start, full }: Line): Piece {
  return {
    text: full,
    span: source.span(start, start + full.length),
    verbatim: true,
    kind: 'explicit',
    via: [],
    why: '',
  };
}

function heredocsOf(
  joined: ExpandedText,
  lines: readonly Line[],
  lastOf: ReadonlyMap<string, number>,
  at: number,
  source: SourceText,
): { readonly heredocs: Heredoc[]; readonly last: number; readonly more: Piece[] } {
  const heredocs: Heredoc[] = [];
  const more: Piece[] = [];
  if (!/^\s*(ONBUILD\s+)?(RUN|COPY|ADD)\s/i.test(joined.text)) return { heredocs, last: at, more };
  let last = at;
  for (const match of joined.text.matchAll(HEREDOC)) {
    const [, dash, , name = ''] = match;
    const from = last + 1;
    // Looked up before it is searched for: a file of openings without ends must not be walked once for each.
    if ((lastOf.get(name) ?? -1) < from) break;
    const end = lines.findIndex((line, index) => index >= from && (dash ? line.text.trimStart() : line.text) === name);
    if (end === -1) break;
    const body = lines.slice(from, end).map((line) => piece(source, line));
    const start = lines[from]?.start ?? 0;
    heredocs.push({ name, text: new ExpandedText(body, source.span(start, lines[end]?.start ?? start)) });
    more.push(...lines.slice(from, end + 1).map((line) => piece(source, line)));
    last = end;
  }
  return { heredocs, last, more };
}

function instructionOf(text: ExpandedText, heredocs: readonly Heredoc[]): Instruction {
  const [head = '', indent = '', onbuild = '', keyword = ''] =
    /^([ \t\uFEFF]*)(ONBUILD[ \t]+)?([^\s\\`]*)[ \t]*/i.exec(text.text) ?? [];
  const first = indent.length + onbuild.length;
  let at = head.length;
  const flags: { name: string; value: ExpandedText }[] = [];
  for (;;) {
    const [flag = '', name, equals, value = '', space = ''] =
      /^--([\w-]+)(=?)(\S*)((?:\s|\\\r?\n)*)/.exec(text.text.slice(at, at + 4096)) ?? [];
    if (name === undefined || !/^(RUN|COPY|ADD|FROM|HEALTHCHECK)$/i.test(keyword)) break;
    const from = at + 2 + name.length + (equals ?? '').length;
    flags.push({ name, value: text.part(from, from + value.length) });
    at += flag.length === 0 ? 1 : flag.length;
    if (space === '') break;
  }
  const word = text.part(first, first + keyword.length);
  return { keyword: keyword.toUpperCase(), word, flags, body: text.part(at), heredocs, later: onbuild !== '' };
}
