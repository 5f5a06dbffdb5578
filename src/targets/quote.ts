const LONGEST = 80;

/** Credentials in front of a host, with or without a scheme; up to the last @, because passwords hold anything. */
const USERINFO = /^([a-z][a-z0-9+.-]*:\/\/)?.+@/is;

/** Controls, format characters (bidirectional overrides among them), line separators and lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** User text as shown in an error line: one short line, nothing that drives a terminal, no password of a URL. */
export function quote(text: string): string {
  const safe = text
    .replace(USERINFO, '$1***@')
    .slice(0, 4 * LONGEST)
    .replace(UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  return safe.length > LONGEST ? `'${safe.slice(0, LONGEST)}…'` : `'${safe}'`;
}
