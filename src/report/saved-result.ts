import type { ErrorObject, ValidateFunction } from 'ajv';
import { RESULT_SCHEMA, type ResultDocument } from '../model/result.ts';
import { UsageError } from '../model/trouble.ts';
import { fromContract, type SavedResult } from './from-contract.ts';

/** The published schema, compiled: to compile it anew takes longer than to read a history. */
const VALIDATOR = new URL('../../dist/rules/result-validator.js', import.meta.url);

/**
 * A document that `--format json` wrote, perhaps with an older version, complete enough to be reported and compared.
 * `name` is how errors call it. Nothing of the text is repeated in an error: it may come from anywhere.
 * @throws UsageError
 */
export async function readSavedResult(text: string, name: string): Promise<ResultDocument> {
  const value = parsed(text, name);
  const schema = (value as { schema?: unknown } | null)?.schema;
  if (schema !== RESULT_SCHEMA) throw new UsageError(`${name}: ${notOurs(schema)}`);
  const validate = await compiledSchema();
  if (!validate(value)) throw new UsageError(`${name}: ${complaint(validate.errors?.[0])}`);
  return fromContract(value as SavedResult);
}

/** Loaded here: a run that compares with nothing saved does without. */
async function compiledSchema(): Promise<ValidateFunction> {
  return ((await import(VALIDATOR.href)) as { default: ValidateFunction }).default;
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
