import type { Argument, Directive } from './syntax.ts';

/** A block with the blocks around it, as nginx inherits settings. */
export interface Scope {
  readonly directives: readonly Directive[];
  readonly parent: Scope | null;
}

export function inside(parent: Scope | null, directives: readonly Directive[]): Scope {
  return { directives, parent };
}

/** Those of the nearest block that has any: array directives replace what is inherited, they do not add to it. */
export function nearest(scope: Scope | null, ...names: readonly string[]): readonly Directive[] {
  for (let at = scope; at; at = at.parent) {
    const found = at.directives.filter(({ name }) => names.includes(name));
    if (found.length > 0) return found;
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
