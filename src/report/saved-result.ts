import type { ErrorObject, ValidateFunction } from 'ajv';
import { RESULT_SCHEMA, type ResultDocument } from '../model/result.ts';
import { UsageError } from '../model/trouble.ts';
import { fromContract, type SavedResult } from './from-contract.ts';

/** The published schema; it ships with the program. */
const SCHEMA = new URL('../../docs/schema/result-1.schema.json', import.meta.url);

/**
 * A document that `--format json` wrote, perhaps with an older version, complete enough to be reported and compared.
 * `name` is how errors call it. Nothing of the text is repeated in an error: it may come from anywhere.
 * @throws UsageError
 */
export async function readSavedResult(text: string, name: string): Promise<ResultDocument> {
  const value = parsed(text, name);
  const schema = (value as { schema?: unknown } | null)?.schema;
  if (schema !== RESULT_SCHEMA) throw new UsageError(`${name}: ${notOurs(schema)}`);
  validator ??= compileSchema();
  const validate = await validator;
  if (!validate(value)) throw new UsageError(`${name}: ${complaint(validate.errors?.[0])}`);
  return fromContract(value as SavedResult);
}

let validator: Promise<ValidateFunction> | undefined;

/** Loaded here: a run that compares with nothing saved does without. Once: a history reads many documents. */
async function compileSchema(): Promise<ValidateFunction> {
  const { default: published } = (await import(SCHEMA.href, { with: { type: 'json' } })) as { default: object };
  // A bundler gives the whole CommonJS module as `default` and nothing else; Node gives that too.
  const { default: ajv } = await import('ajv/dist/2020.js');
  return new ajv.Ajv2020({ strict: false, allowUnionTypes: true, validateFormats: false }).compile(published);
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const lines = text.startsWith('{"type":"run"');
    throw new UsageError(`${name}: not JSON${lines ? ', but JSON lines: save it with --output json=FILE' : ''}`);
  }
}

function notOurs(schema: unknown): string {
  const version = typeof schema === 'string' ? /^postern\/result\/(\d{1,6})$/.exec(schema)?.[1] : undefined;
  if (version !== undefined) return `schema postern/result/${version} is not known to this version of postern`;
  return `not a postern result (expected schema ${RESULT_SCHEMA})`;
}

/** `endpoints/0/auth/overall: must be equal to one of the allowed values (open, partial, guarded, unknown)`. */
function complaint(error: ErrorObject | undefined): string {
  if (error === undefined) return 'not a valid postern result';
  const where = error.instancePath.slice(1) || 'document';
  const { allowedValues } = error.params as { allowedValues?: readonly unknown[] };
  return `${where}: ${error.message}${allowedValues ? ` (${allowedValues.join(', ')})` : ''}`;
}
