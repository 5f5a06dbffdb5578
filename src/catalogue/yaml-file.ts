import type { ErrorObject } from 'ajv';
import { type Document, isMap, isNode, LineCounter, type Node, parseDocument } from 'yaml';
import { didYouMean } from '../model/nearest.ts';
import { UsageError } from '../model/trouble.ts';

/** A parsed file that can still say where each value stands. */
export interface YamlFile {
  readonly path: string;
  readonly value: unknown;
  /** `file:line:column` of the value under a JSON-pointer-like path, or of its nearest parent. */
  at(path: readonly (string | number)[]): string;
}

/** Alias expansion beyond this is an attack, not a rule file. */
const MAX_ALIASES = 100;

/** @throws UsageError with file, line and column when the text is not YAML. */
export function parseYaml(path: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const problem = document.errors[0];
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw new UsageError(`${path}:${line}:${col}: not valid YAML: ${problem.message.split('\n')[0]}`);
  }
  return {
    path,
    value: expand(document, path),
    at(where) {
      const { line, col } = lines.linePos(offsetOf(document, where));
      return `${path}:${line}:${col}`;
    },
  };
}

function expand(document: Document.Parsed, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    throw new UsageError(`${path}:1:1: not valid YAML: aliases expand too far or point nowhere`);
  }
}

function offsetOf(document: Document.Parsed, where: readonly (string | number)[]): number {
  for (let length = where.length; length > 0; length -= 1) {
    const node = document.getIn(where.slice(0, length), true);
    if (isNode(node) && node.range) return keyOffset(document, where.slice(0, length)) ?? node.range[0];
  }
  return document.contents?.range[0] ?? 0;
}

/** For a map entry the key is what the reader looks for. */
function keyOffset(document: Document.Parsed, where: readonly (string | number)[]): number | undefined {
  const parent = where.length === 1 ? document.contents : document.getIn(where.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find(
    (item) => isNode(item.key) && String((item.key as Node & { value?: unknown }).value) === String(where.at(-1)),
  );
  return pair && isNode(pair.key) ? pair.key.range?.[0] : undefined;
}

/** A compiled schema, as ajv makes it; the library's types do without ajv's. */
export interface SchemaValidator {
  (value: unknown): unknown;
  errors?: readonly object[] | null;
}

/** Holds the file against its schema. @throws UsageError naming what is wrong where, and what was expected. */
export function assertValid(file: YamlFile, validate: SchemaValidator): void {
  if (validate(file.value)) return;
  const error = mostSpecific((validate.errors ?? []) as readonly ErrorObject[]);
  if (!error) throw new UsageError(`${file.path}: does not fit its schema`);
  const where = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const path = where.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const extra = (error.params as { additionalProperty?: string }).additionalProperty;
  const target = extra === undefined ? path : [...path, extra];
  throw new UsageError(`${file.at(target)}: ${where.join('.') || 'top level'}: ${explain(error)}`);
}

const WEIGHT: Readonly<Record<string, number>> = {
  oneOf: -2,
  anyOf: -2,
  if: -2,
  not: -2,
  required: 1,
  minProperties: -1,
};

/** A choice whose description says more than what failed in each branch. */
function isDescribedChoice({ keyword, parentSchema }: ErrorObject): boolean {
  return ['oneOf', 'anyOf'].includes(keyword) && (parentSchema as { description?: string })?.description !== undefined;
}

/** The error deepest in the file says most; `oneOf` and `anyOf` around it only repeat that something below failed. */
function mostSpecific(errors: readonly ErrorObject[]): ErrorObject | undefined {
  const depth = (error: ErrorObject): number =>
    error.instancePath.split('/').length * 4 + (WEIGHT[error.keyword] ?? 0) + (isDescribedChoice(error) ? 4 : 0);
  return [...errors].sort((a, b) => depth(b) - depth(a))[0];
}

function explain(error: ErrorObject): string {
  const params = error.params as Record<string, unknown>;
  // Known to a validator that was compiled with `verbose`.
  const parent = (error.parentSchema ?? {}) as { readonly properties?: object; readonly description?: string };
  switch (error.keyword) {
    case 'additionalProperties': {
      const written = String(params.additionalProperty);
      return `unknown key '${written}'${didYouMean(written, Object.keys(parent.properties ?? {}))}`;
    }
    case 'required':
      return `'${params.missingProperty}' is missing`;
    case 'enum': {
      const allowed = (params.allowedValues as unknown[]).map(String);
      const meant = typeof error.data === 'string' ? didYouMean(error.data, allowed) : '';
      return `expected one of ${allowed.join(', ')}${meant}`;
    }
    case 'const':
      return `expected ${JSON.stringify(params.allowedValue)}`;
    case 'minProperties':
      return `expected at least ${params.limit} keys`;
    case 'type':
      if (params.type === 'object') return 'expected a map';
      if (params.type === 'array') return 'expected a list';
      return `expected ${parent.description ?? [params.type].flat().join(' or ')}`;
    case 'anyOf':
    case 'oneOf':
    case 'pattern':
    case 'minimum':
    case 'maximum':
      return parent.description === undefined ? (error.message ?? error.keyword) : `expected ${parent.description}`;
    default:
      return error.message ?? error.keyword;
  }
}
