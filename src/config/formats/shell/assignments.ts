import type { Assignment, Command, Word } from 'unbash';
import { ExpandedText } from '../../source/expanded-text.ts';
import type { NamedText } from './run-command.ts';
import type { Scope } from './scope.ts';
import type { Expander } from './words.ts';

export const DECLARING: ReadonlySet<string> = new Set(['export', 'declare', 'typeset', 'readonly', 'local']);
/** A variable that doubles itself line by line would fill the memory. */
const LONGEST = 65_536;
const MOST_PIECES = 500;
const MOST_ELEMENTS = 5_000;

type Exported = (exported: NamedText) => void;

export function assign(
  assignment: Assignment,
  scope: Scope,
  expander: Expander,
  exports: boolean,
  exported: Exported,
): void {
  const { name, value, append, index } = assignment;
  if (value.type === 'ArrayValue') {
    const elements: ExpandedText[] = [];
    for (const word of value.elements) {
      if (elements.length <= MOST_ELEMENTS) for (const field of expander.fields(word)) elements.push(field);
    }
    if (elements.length > MOST_ELEMENTS) scope.set(name, null, exports);
    else if (append) scope.append(name, elements);
    else scope.set(name, elements, exports);
    return;
  }
  if (index) {
    scope.append(name, [expander.text(value)]);
    return;
  }
  const text = expander.text(value);
  const before = append ? scope.scalar(name) : undefined;
  const whole = before ? new ExpandedText([...before.pieces, ...text.pieces], text.whole) : text;
  const followed = whole.text.length <= LONGEST && whole.pieces.length <= MOST_PIECES;
  scope.set(name, followed ? whole : null, exports);
  if (followed && (exports || scope.exportsAll)) exported({ name, value: whole });
}

/** `export A=b C`, `declare -x A`. The words that are left are for the caller: `export $(…)`. */
export function declare(node: Command, scope: Scope, expander: Expander, exported: Exported): readonly Word[] {
  const flags = node.args.flatMap((part) => (part.type === 'Word' && part.value.startsWith('-') ? [part.value] : []));
  const exports = node.name?.value === 'export' || flags.some((flag) => flag.includes('x'));
  const left: Word[] = [];
  for (const part of node.args) {
    if (part.type === 'Assignment') assign(part, scope, expander, exports, exported);
    else if (exports && /^\w+$/.test(part.value)) {
      scope.export(part.value);
      const value = scope.scalar(part.value);
      if (value) exported({ name: part.value, value });
    } else if (exports && part.text.startsWith('$(')) left.push(part);
  }
  return left;
}

/** What `cd A`, `set -a`, `unset A`, `read A` do to what follows; whether it was one of the last three. */
export function setVariables(name: string, argv: readonly ExpandedText[], scope: Scope): boolean {
  scope.enter(name, argv);
  const words = argv.slice(1).map((word) => word.text);
  if (name === 'set') {
    for (const word of words) {
      if (/^-[a-z]*a/.test(word) || word === 'allexport') scope.exportsAll = true;
      if (/^\+[a-z]*a/.test(word)) scope.exportsAll = false;
    }
  } else if (name === 'unset') {
    for (const word of words) scope.unset(word);
  } else if (/^(read|mapfile|readarray)$/.test(name)) {
    for (const word of words) if (/^[A-Za-z_]\w*$/.test(word)) scope.set(word, null);
  } else return false;
  return true;
}
