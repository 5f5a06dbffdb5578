/** What an authority is called by what it does, wherever it is: nobody's own name. */
const COMMON = new Set(
  'ca cas root roots intermediate issuing issuer sub subordinate authority certificate certification cert tls ssl server \
rsa ecc ecdsa local internal private lab test demo example the of and for my'.split(/\s+/),
);

/**
 * Whether two authorities are called after the same thing, as a root and its intermediates are: `Acme Root CA` and
 * `Acme Issuing CA 2`. Names that say nothing but what they do are alike.
 *
 * @param one distinguished name, as `CN=a, O=b`
 */
export function areKin(one: string, other: string): boolean {
  const [mine, theirs] = [ownWords(one), ownWords(other)];
  return mine.size === 0 ? theirs.size === 0 : [...mine].some((word) => theirs.has(word));
}

function ownWords(name: string): ReadonlySet<string> {
  const values = [...name.matchAll(/(?:^|, )(?:CN|O|DC)=(.*?)(?=, \w+=|$)/g)].map(([, value = '']) => value);
  const words =
    values
      .join(' ')
      .toLowerCase()
      .match(/\p{L}{2,}/gu) ?? [];
  return new Set(words.filter((word) => !COMMON.has(word)));
}
