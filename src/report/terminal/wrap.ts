import type { ShownText } from './neutralise.ts';
import { paint, type Span, spansWidth } from './span.ts';
import { splitAt, widthOf } from './width.ts';

/** Breaks at spaces to lines of at most `columns`; a word that is longer than a line is broken where the line ends. */
export function wrap(spans: readonly Span[], columns: number): Span[][] {
  const lines: Span[][] = [];
  let line: Span[] = [];
  let free = columns;
  const newLine = (): void => {
    lines.push(line);
    line = [];
    free = columns;
  };
  for (const word of wordsOf(spans)) {
    const needed = spansWidth(word.spans);
    const gap = line.length > 0 ? word.gap : 0;
    if (line.length > 0 && gap + needed > free) newLine();
    if (line.length > 0 && gap > 0) {
      line.push(blank(gap, line.at(-1), word.spans[0]));
      free -= gap;
    }
    for (const part of word.spans) {
      for (let rest: string = part.text; rest !== ''; ) {
        if (line.length > 0 && widthOf(splitAt(rest, 1)[0]) > free) newLine();
        const [fits, after] = breakWord(rest, free);
        line.push({ ...part, text: fits as ShownText });
        free -= widthOf(fits);
        rest = after;
        if (rest !== '') newLine();
      }
    }
  }
  if (line.length > 0) lines.push(line);
  return lines;
}

/** Where a word has to be broken, behind a dot, colon, slash or hyphen when one is near enough. */
function breakWord(word: string, columns: number): readonly [string, string] {
  const [fits, after] = splitAt(word, columns);
  if (after === '') return [fits, after];
  const joint = Math.max(...['.', ':', '/', '-'].map((mark) => fits.lastIndexOf(mark))) + 1;
  return joint > fits.length / 2 ? [word.slice(0, joint), word.slice(joint)] : [fits, after];
}

interface Word {
  readonly spans: Span[];
  /** Spaces in front of it. */
  readonly gap: number;
}

/** Spans that touch without a space are one word. */
function wordsOf(spans: readonly Span[]): Word[] {
  const words: Word[] = [];
  let gap = 0;
  let current: Word | null = null;
  for (const whole of spans) {
    for (const piece of whole.text.split(/( +)/)) {
      if (piece === '') continue;
      if (piece.startsWith(' ')) {
        gap = piece.length;
        current = null;
        continue;
      }
      if (current === null) {
        current = { spans: [], gap };
        words.push(current);
      }
      current.spans.push({ ...whole, text: piece as ShownText });
      gap = 0;
    }
  }
  return words;
}

/** Between two words of one style a space has that style too, so that it need not be switched off and on. */
function blank(length: number, before: Span | undefined, after: Span | undefined): Span {
  const style = before !== undefined && before.style === after?.style ? before.style : 'plain';
  return { text: ' '.repeat(length) as ShownText, style };
}

/** Lines ready to print: `label` in front of the first, the others indented to stand under it. */
export function hanging(label: readonly Span[], spans: readonly Span[], options: HangingOptions): string[] {
  const { indent, columns, colour } = options;
  const lines = wrap(spans, Math.max(columns - indent, 20));
  const first = paint(label, colour) + ' '.repeat(Math.max(indent - spansWidth(label), 0));
  return lines.map((line, i) => (i === 0 ? first : ' '.repeat(indent)) + paint(line, colour));
}

export interface HangingOptions {
  /** Columns in front of the text. */
  readonly indent: number;
  readonly columns: number;
  readonly colour: boolean;
}
