import { Ajv, type CodeOptions } from 'ajv';
import type { JsonSchema, Predicate } from '../model/rule.ts';
import { linearPattern } from './linear-pattern.ts';

/*
 * ajv with our pattern engine. `compilePredicates` is for files met at run time; the build writes the built-in
 * ones as modules, so that a scan compiles nothing.
 */

export type Validator = (subject: unknown) => boolean;

/** How generated code names the pattern engine; the module around it binds the name. */
export const ENGINE = 'linearRegExp';

/**
 * The closed keyword subset means the same in draft-07 and 2020-12, and the older dialect needs no
 * bookkeeping of evaluated properties: the module is a third of the size.
 */
export function predicateAjv(code: CodeOptions = {}): Ajv {
  const regExp = Object.assign((source: string) => linearPattern(source) as unknown as RegExp, { code: ENGINE });
  return new Ajv({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    validateFormats: false,
    allErrors: false,
    messages: false,
    logger: false,
    code: { ...code, regExp },
  });
}

export function compilePredicates(predicates: readonly Predicate[]): Map<string, Validator> {
  const ajv = predicateAjv();
  return new Map(predicates.map(({ key, schema }) => [key, compileOne(ajv, schema)]));
}

function compileOne(ajv: Ajv, schema: JsonSchema): Validator {
  const validate = ajv.compile(schema);
  return (subject) => validate(subject) === true;
}
