/** A tag of JSX, and what stands between an opening tag and its closing one. */
export type Markup = '<' | '</';

/** Where a closing tag is looked for. */
const FARTHEST = 5_000;

const TAG = /<(?:(?=\s*>)|([A-Za-z_$][\w$.:-]*))/y;

/**
 * Whether the `<` at this place, where an expression begins, opens a tag: in such a file it may also begin the
 * parameters of a generic function (`<T,>(a: T) => a`) or of its type.
 */
export function jsxOpens(text: string, at: number): boolean {
  TAG.lastIndex = at;
  const [head, name] = TAG.exec(text) ?? [];
  if (head === undefined) return false;
  const rest = text.slice(at + head.length, at + head.length + 200);
  if (name === undefined) return true;
  if (/^\s*(,|extends\b|=[^{"'])/.test(rest) || /^const\b/.test(name)) return false;
  // `<T>(a: T) => a` has no closing tag.
  return !/^\s*>\s*\(/.test(rest) || text.slice(at, at + FARTHEST).includes(`</${name}`);
}
