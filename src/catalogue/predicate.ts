import type { JsonSchema, Predicate } from '../model/rule.ts';
import { sha256 } from '../model/sha256.ts';

/*
 * Shorthand in, JSON Schema out. Written predicates leave out what would be noise:
 * a bare value stands for `const`, and naming a property means that it must be there
 * (otherwise a rule about `auth.overall` would match a subject that has no auth at all).
 */

/** As written in a `match:` block. */
export interface WrittenMatch {
  readonly status?: number | readonly number[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly title?: string;
  readonly json?: unknown;
  readonly empty?: true;
}

const NESTED_MAPS = ['properties'] as const;
const NESTED_LISTS = ['anyOf', 'allOf'] as const;
const NESTED = ['items', 'contains', 'not', 'if', 'then', 'else', 'additionalProperties'] as const;

/**
 * Turns written shorthand into plain JSON Schema. Without `strict`, named properties may be missing:
 * the schema then matches whatever could still turn out to match.
 */
export function desugarSchema(written: unknown, strict = true): JsonSchema | boolean {
  if (typeof written === 'string' || typeof written === 'number') return { const: written };
  if (typeof written === 'boolean') return written;

  const desugar = (part: unknown): JsonSchema | boolean => desugarSchema(part, strict);
  const schema: Record<string, unknown> = { ...(written as JsonSchema) };
  if (!strict) delete schema.required;
  for (const keyword of NESTED) if (keyword in schema) schema[keyword] = desugar(schema[keyword]);
  for (const keyword of NESTED_LISTS) {
    const list = schema[keyword];
    if (Array.isArray(list)) schema[keyword] = list.map(desugar);
  }
  for (const keyword of NESTED_MAPS) {
    const map = schema[keyword];
    if (map === undefined) continue;
    const entries = Object.entries(map as Record<string, unknown>);
    schema[keyword] = Object.fromEntries(entries.map(([name, value]) => [name, desugar(value)]));
    if (strict)
      schema.required = [...new Set([...((schema.required as string[]) ?? []), ...entries.map(([name]) => name)])];
  }
  if ('required' in schema) schema.type ??= 'object';
  if ('contains' in schema || 'items' in schema) schema.type ??= 'array';
  if ('pattern' in schema) schema.type ??= 'string';
  return schema;
}

/** Turns a `match:` block into a schema over `{status, headers, body, title, json}`. */
export function matchSchema(written: WrittenMatch): JsonSchema {
  const properties: Record<string, unknown> = {};
  const absent: string[] = [];
  if (written.status !== undefined) {
    properties.status = typeof written.status === 'number' ? { const: written.status } : { enum: written.status };
  }
  if (written.headers) {
    const headers: Record<string, unknown> = {};
    for (const [name, pattern] of Object.entries(written.headers)) {
      if (pattern === 'absent') absent.push(name);
      else headers[name] = { type: 'string', pattern: `(?i)${pattern}` };
    }
    const present = Object.keys(headers);
    properties.headers = {
      type: 'object',
      ...(present.length > 0 ? { properties: headers, required: present } : {}),
      ...(absent.length > 0 ? { not: { anyOf: absent.map((name) => ({ type: 'object', required: [name] })) } } : {}),
    };
  }
  if (written.body !== undefined) properties.body = { type: 'string', pattern: written.body };
  if (written.title !== undefined) properties.title = { type: 'string', pattern: written.title };
  if (written.json !== undefined) properties.json = desugarSchema(written.json);
  if (written.empty) properties.body = { const: '' };
  return { type: 'object', properties, required: Object.keys(properties) };
}

/** Names a schema by its content, so that equal predicates are compiled once. */
export function predicate(schema: JsonSchema): Predicate {
  return { key: `p${sha256(JSON.stringify(schema)).slice(0, 16)}`, schema };
}
