import type { Span } from '../../model/span.ts';
import type { DeclaredProcess, Variable } from '../deployment/declarations.ts';
import { unresolved, type Value, written } from '../deployment/value.ts';
import type { ReadContext } from '../formats/format.ts';
import type { IniEntry } from './ini.ts';
import type { PlacedString } from './placed-string.ts';
import { quotedWords } from './words.ts';

export type Unseen = DeclaredProcess['unseenEnvironment'][number];

/** `Environment=A=b "C=d e"`: assignments as systemd.exec(5) has them. */
export function assignments(value: PlacedString): readonly Variable[] {
  return quotedWords(value).flatMap(({ text }) => {
    const equals = text.text.indexOf('=');
    if (equals <= 0) return [];
    return [
      {
        name: text.text.slice(0, equals),
        value: valueAt(text.slice(equals + 1, text.length).trimmed(text.offset(equals) + 1)),
      },
    ];
  });
}

/** Jinja, ERB, autoconf, and the braces of Python's `str.format`. */
const TEMPLATE = /\{\{|\{%|<%|@[A-Z_]+@|(?<!\$)\{[a-z_]\w*\}/;

/** Specifiers (`%h`) are known when the unit is loaded, placeholders of a template before. */
export function valueAt(placed: PlacedString): Value {
  const { text, span } = placed;
  if (TEMPLATE.test(text)) return unresolved(text, span, 'a template fills it');
  if (/%[^%]/.test(text) && /%[a-zA-Z]/.test(text.replaceAll('%%', ''))) {
    return unresolved(text, span, 'it depends on where the unit runs');
  }
  return written(text.replaceAll('%%', '%'), span);
}

/**
 * What a unit's processes get: `Environment=`, then `EnvironmentFile=` over it, whatever the order (systemd.exec(5)).
 * A file that is not in the tree may set anything.
 */
export async function unitEnvironment(
  inline: readonly IniEntry[],
  files: readonly IniEntry[],
  context: ReadContext,
): Promise<{ readonly variables: readonly Variable[]; readonly unseen: readonly Unseen[] }> {
  const found = new Map<string, Variable>();
  for (const { value } of inline) for (const variable of assignments(value)) found.set(variable.name, variable);
  const unseen: Unseen[] = [];
  for (const { value, span } of files) {
    const variables = await fromFile(value.text.replace(/^-/, ''), value.span.file, span, context);
    if (variables === null) unseen.push({ name: null, span: value.span });
    else for (const variable of variables) found.set(variable.name, variable);
  }
  return { variables: [...found.values()], unseen };
}

/** The file, or the one of that name beside the unit that is to be installed there. */
async function fromFile(
  path: string,
  file: string,
  span: Span,
  context: ReadContext,
): Promise<readonly Variable[] | null> {
  const beside = path.slice(path.lastIndexOf('/') + 1);
  for (const candidate of new Set([path, beside])) {
    if (candidate === '' || candidate.startsWith('/') || candidate.includes('%')) continue;
    const variables = await context.environment(candidate, file);
    if (variables)
      return variables.map(({ name, value }) => ({ name, value: { ...value, via: [...value.via, span] } }));
  }
  return null;
}
