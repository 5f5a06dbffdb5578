/**
 * Two columns: East Asian Wide and Fullwidth (UAX #11, EastAsianWidth.txt of Unicode 17; unassigned places between
 * wide blocks counted along), and what is drawn as an emoji unless told otherwise (UTS #51, Emoji_Presentation).
 */
const WIDE =
  /[\p{Emoji_Presentation}\u{1100}-\u{115f}\u{2329}\u{232a}\u{2630}-\u{2637}\u{268a}-\u{268f}\u{2e80}-\u{303e}\u{3041}-\u{a4cf}\u{a960}-\u{a97f}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe10}-\u{fe19}\u{fe30}-\u{fe6f}\u{ff01}-\u{ff60}\u{ffe0}-\u{ffe6}\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u;

/** No column of their own: marks drawn on the letter before. */
const MARK = /[\p{Mn}\p{Me}]/u;

/** Half a flag; terminals draw the pair in two columns. */
const HALF_FLAG = /\p{Regional_Indicator}/u;

const ASCII = /^[ -~]*$/;

/** Terminal columns of neutralised text. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (MARK.test(character)) return 0;
  return WIDE.test(character) && !HALF_FLAG.test(character) ? 2 : 1;
}

/** Splits after as many characters as fit into `columns`; takes at least one, so that a loop over the rest ends. */
export function splitAt(text: string, columns: number): readonly [string, string] {
  let width = 0;
  let end = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns && end > 0) break;
    end += character.length;
  }
  return [text.slice(0, end), text.slice(end)];
}

/** Cuts to at most `columns`, with an ellipsis where something was cut. */
export function clip(text: string, columns: number): string {
  // Every character of up to two UTF-16 units is at most two columns wide.
  if (text.length <= columns / 2 || widthOf(text) <= columns) return text;
  return `${splitAt(text, columns - 1)[0]}…`;
}
