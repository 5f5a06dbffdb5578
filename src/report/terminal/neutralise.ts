declare const shown: unique symbol;

/** Text that can do nothing on a terminal but be read, on one line. Only `neutralise` makes it. */
export type ShownText = string & { readonly [shown]: true };

/**
 * What steers a terminal or cannot be seen: controls (C0, DEL, C1), format characters (bidirectional overrides among
 * them), line and paragraph separators, lone surrogates, private use, noncharacters, and everything that Unicode says
 * to draw as nothing (DerivedCoreProperties.txt, Default_Ignorable_Code_Point: variation selectors, Hangul fillers,
 * tags). U+2800 is a Braille cell without dots.
 */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Spaces that are not U+0020: an ideographic space or a no-break space would upset measuring and wrapping. */
const OTHER_SPACE = /(?! )\p{Zs}/gu;

/** No script stacks more than four marks on a letter once composed; "Zalgo" text climbs over other lines. */
const PILED_MARK = /(?<=\p{M}{4})\p{M}/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Most text: nothing below would change it, and a report may hold a hundred thousand pieces. */
const PLAIN = /^[ -~]*$/;

/** Replaces every character that is not plainly visible by its escape: `\x1b`, `\u202e`, `\u{e0041}`. */
export function neutralise(text: string): ShownText {
  if (PLAIN.test(text)) return text as ShownText;
  return text
    .normalize('NFC')
    .replace(UNSEEN, escapeOf)
    .replace(OTHER_SPACE, ' ')
    .replace(PILED_MARK, escapeOf) as ShownText;
}

/**
 * What cli-table3 measures as we do: its string-width 4 gives one column to newer emoji, to most marks and to some
 * East Asian scripts outside the basic plane, which would push the columns behind them out of line.
 */
const MEASURED_ALIKE = /^(?:[\p{L}\p{Nd}…·–—×→]|[\u0300-\u036f])$/u;
const BEYOND_BASIC_PLANE = /[\u{10000}-\u{1ffff}\u{40000}-\u{10ffff}]/u;

/** Neutralised text for a table cell, where every character's width must be beyond doubt. */
export function neutraliseCell(text: string): ShownText {
  return neutralise(text).replace(/[^ -~]/gu, (character) =>
    MEASURED_ALIKE.test(character) && !BEYOND_BASIC_PLANE.test(character) ? character : escapeOf(character),
  ) as ShownText;
}

/** ECMAScript's notation for one character. */
function escapeOf(character: string): string {
  const named = NAMED[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\u{${code.toString(16)}}`;
}
