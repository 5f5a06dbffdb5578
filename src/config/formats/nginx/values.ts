import type { Value } from '../../deployment/value.ts';
import { unresolved, written } from '../../deployment/value.ts';
import type { Placed } from '../../source/placed.ts';
import { named, type Scope, scopes } from './scope.ts';
import { isTemplateName } from './variables.ts';

const VARIABLE = /\$(?:\{(\w+)\}|(\w+))/g;
const TEMPLATE = /\{\{|<%|@@?[A-Z_]+@@?|__[A-Z_]+__/;

/** What is written, with variables that `set` gives one value; the rest is decided when nginx runs, or before by a template. */
export function valueAt(placed: Placed, scope: Scope | null): Value {
  const { text, span } = placed;
  if (TEMPLATE.test(text)) return unresolved(text, span, 'a template fills it');
  if (!text.includes('$')) return written(text, span);
  const via: Value['via'][number][] = [];
  let why: string | null = null;
  const filled = text.replaceAll(VARIABLE, (whole, braced: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare ?? '';
    const known = isTemplateName(name) ? undefined : constant(name, scope);
    if (known) {
      via.push(known.span);
      return known.text;
    }
    why ??= isTemplateName(name) ? `${name} is filled in before nginx starts` : `$${name} is decided by the request`;
    return whole;
  });
  if (why !== null) return unresolved(text, span, why);
  return written(filled, span, via);
}

/** The one value that `set` gives a variable around here. */
function constant(name: string, scope: Scope | null): Placed | undefined {
  for (const { directives } of scopes(scope)) {
    const found = named(directives, 'set').filter(({ args }) => args[0]?.text === `$${name}`);
    const value = found[0]?.args[1];
    if (found.length === 1 && value && !value.text.includes('$')) return value;
    if (found.length > 0) return undefined;
  }
  return undefined;
}
