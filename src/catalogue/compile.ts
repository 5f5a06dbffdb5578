import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import type { JsonSchema, Predicate } from '../model/rule.ts';
import { linearPattern } from './linear-pattern.ts';

/*
 * ajv with our pattern engine. `compilePredicates` is for files met at run time;
 * `predicateModule` writes the built-in ones as a module, so that a scan compiles nothing.
 */

export type Validator = (subject: unknown) => boolean;

/** How generated code names the pattern engine; `predicateModule` binds it. */
const ENGINE = 'linearRegExp';

/**
 * The closed keyword subset means the same in draft-07 and 2020-12, and the older dialect needs no
 * bookkeeping of evaluated properties: the module is a third of the size.
 */
function createAjv(forModule: boolean): Ajv {
  const regExp = Object.assign((source: string) => linearPattern(source) as unknown as RegExp, { code: ENGINE });
  return new Ajv({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    validateFormats: false,
    allErrors: false,
    messages: false,
    logger: false,
    code: forModule ? { source: true, esm: true, lines: false, regExp } : { regExp },
  });
}

export function compilePredicates(predicates: readonly Predicate[]): Map<string, Validator> {
  const ajv = createAjv(false);
  return new Map(predicates.map(({ key, schema }) => [key, compileOne(ajv, schema)]));
}

function compileOne(ajv: Ajv, schema: JsonSchema): Validator {
  const validate = ajv.compile(schema);
  return (subject) => validate(subject) === true;
}

/**
 * An ES module whose default export holds one validator per predicate, by its key.
 * `engineImport` is the module specifier of `linearPattern` as the written module will see it.
 */
export function predicateModule(predicates: readonly Predicate[], engineImport: string): string {
  const ajv = createAjv(true);
  for (const { key, schema } of predicates) ajv.addSchema(schema, key);
  const keys = predicates.map(({ key }) => key);
  const code = standaloneCode.default(ajv, Object.fromEntries(keys.map((key) => [key, key])));
  const required = [...new Set([...code.matchAll(/require\("([^"]+)"\)/g)].map((match) => match[1] as string))];
  const imports = required.map((id, index) => `import * as runtime${index} from '${id}.js';`);
  const table = required.map((id, index) => `'${id}': runtime${index}.default ?? runtime${index}`);
  return [
    ...(code.includes(ENGINE) ? [`import { linearPattern as ${ENGINE} } from '${engineImport}';`] : []),
    ...imports,
    `const runtime = { ${table.join(', ')} };`,
    'const require = (id) => runtime[id];',
    withoutErrors(code.replace(/^"use strict";/, '').replaceAll(/^export |(?<=[;}])export (?=const p)/g, '')),
    `export default { ${keys.join(', ')} };`,
    '',
  ].join('\n');
}

/** Nobody reads why a predicate does not match; what says so is most of the text that every start compiles. */
function withoutErrors(code: string): string {
  return withoutErrorObjects(code)
    .replaceAll(/validate\d+\.errors = (?:\[0\]|vErrors);/g, '')
    .replaceAll('(data, {instancePath="", parentData, parentDataProperty, rootData=data}={})', '(data)');
}

function withoutErrorObjects(code: string): string {
  const parts: string[] = [];
  let from = 0;
  for (const { index } of code.matchAll(/\{instancePath[,:]/g)) {
    if (index < from) continue;
    const end = endOfObject(code, index);
    if (!code.slice(index, end).includes(',schemaPath:"')) continue;
    parts.push(code.slice(from, index), '0');
    from = end;
  }
  return parts.join('') + code.slice(from);
}

/** Behind the brace that closes the one at `start`; braces in strings do not count. */
function endOfObject(code: string, start: number): number {
  const token = /"(?:[^"\\]|\\.)*"|[{}]/g;
  token.lastIndex = start;
  let depth = 0;
  for (let match = token.exec(code); match !== null; match = token.exec(code)) {
    if (match[0] === '{') depth += 1;
    if (match[0] === '}') depth -= 1;
    if (depth === 0) return token.lastIndex;
  }
  throw new Error('the compiled predicates are not what they were');
}
