/**
 * What JSON.stringify leaves bare and a terminal, an editor or a log viewer may act on or hide: DEL and C1 controls,
 * format characters (bidirectional overrides among them), line separators, and what Unicode says to draw as nothing.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]/gu;

/** What JSON.stringify writes nearly always; line breaks are ours, from indenting: inside strings it escapes them. */
const UNUSUAL = /[^\n\x20-\x7e]+/g;

/** JSON whose every string holds its data exactly, with hidden characters as `\u` escapes (RFC 8259 §7). */
export function jsonText(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(UNUSUAL, (run) => run.replace(HIDDEN, escaped));
}

/** One escape for each UTF-16 unit. */
function escaped(character: string): string {
  return character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
