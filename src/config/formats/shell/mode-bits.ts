/** `600`, `0600`, `0o600`, `1777`; null when it is no octal number. */
export function fileBits(text: string): number | null {
  return /^(0o)?[0-7]{3,5}$/.test(text) ? Number.parseInt(text.replace('0o', ''), 8) & 0o7777 : null;
}

const WHO: Readonly<Record<string, number>> = { u: 0o700, g: 0o070, o: 0o007, a: 0o777 };
const WHAT: Readonly<Record<string, number>> = { r: 0o444, w: 0o222, x: 0o111 };

/**
 * `u=rw,go=`, `a+r`, `go-rwx` as bits: those of a file that was 0600 before, so that what is granted shows and what was
 * never said does not. Null when it is no mode.
 */
export function symbolicBits(text: string): number | null {
  let bits = 0o600;
  for (const clause of text.split(',')) {
    const [, who = '', actions = ''] = /^([ugoa]*)((?:[-+=][rwxXstugo]*)+)$/.exec(clause) ?? [];
    if (actions === '') return null;
    const classes = [...(who || 'a')].reduce((mask, letter) => mask | (WHO[letter] ?? 0), 0);
    for (const [, sign, letters = ''] of actions.matchAll(/([-+=])([rwxXstugo]*)/g)) {
      const granted = [...letters].reduce((mask, letter) => mask | (WHAT[letter] ?? 0), 0) & classes;
      if (sign === '+') bits |= granted;
      else if (sign === '-') bits &= ~granted;
      else bits = (bits & ~classes) | granted;
    }
  }
  return bits;
}
