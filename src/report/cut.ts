/** Half of a surrogate pair: not a character and without a UTF-8 form. */
const LONE_SURROGATE = /\p{Cs}/gu;

/** At most `most` UTF-16 units, with an ellipsis where something was cut, never inside a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The same text with U+FFFD for what has no UTF-8 form. */
export function wellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, '\ufffd');
}
