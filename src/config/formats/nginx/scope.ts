import type { Argument, Directive } from './syntax.ts';

/** A block with the blocks around it, as nginx inherits settings. */
export interface Scope {
  readonly directives: readonly Directive[];
  readonly parent: Scope | null;
}

export function inside(parent: Scope | null, directives: readonly Directive[]): Scope {
  return { directives, parent };
}

const indexes = new WeakMap<readonly Directive[], ReadonlyMap<string, readonly Directive[]>>();

/** A block's directives by name: a server may hold thousands, and every location asks for the same few. */
export function named(directives: readonly Directive[], name: string): readonly Directive[] {
  let index = indexes.get(directives);
  if (!index) {
    const made = new Map<string, Directive[]>();
    for (const directive of directives) {
      const key = directive.placeholder ? PLACEHOLDERS : directive.name;
      const list = made.get(key);
      if (list) list.push(directive);
      else made.set(key, [directive]);
    }
    index = made;
    indexes.set(directives, index);
  }
  return index.get(name) ?? [];
}

/** The name under which a template's placeholders are found. */
export const PLACEHOLDERS = '{}';

/** Those of the nearest block that has any: array directives replace what is inherited, they do not add to it. */
export function nearest(scope: Scope | null, ...names: readonly string[]): readonly Directive[] {
  for (let at = scope; at; at = at.parent) {
    const directives = at.directives;
    const found = names.flatMap((name) => named(directives, name));
    // Lists of several names keep the order in which they stand.
    if (found.length > 0) return names.length > 1 ? found.sort((a, b) => a.span.start - b.span.start) : found;
  }
  return [];
}

/** The setting in effect; nginx refuses a second one in the same block. */
export function setting(scope: Scope | null, name: string): Directive | undefined {
  return nearest(scope, name).at(-1);
}

export function isOn(directive: Directive | undefined): boolean {
  return directive?.args[0]?.text.toLowerCase() === 'on';
}

export function firstArgument(directive: Directive | undefined): Argument | undefined {
  return directive?.args[0];
}

/** From the innermost block outwards. */
export function* scopes(scope: Scope | null): Generator<Scope> {
  for (let at = scope; at; at = at.parent) yield at;
}
