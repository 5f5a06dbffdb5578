// Writes JSON Schemas as modules, so that a run holds what is built in against them without compiling anything.
import type { CodeOptions, Options } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { ENGINE, predicateAjv } from '../src/catalogue/compile.ts';
import type { Predicate } from '../src/model/rule.ts';

const CODE: CodeOptions = { source: true, esm: true, lines: false };

/**
 * An ES module whose default export holds one validator per predicate, by its key.
 * `engineImport` is the module specifier of `linearPattern` as the written module will see it.
 */
export function predicateModule(predicates: readonly Predicate[], engineImport: string): string {
  const ajv = predicateAjv(CODE);
  for (const { key, schema } of predicates) ajv.addSchema(schema, key);
  const keys = predicates.map(({ key }) => key);
  const code = standaloneCode.default(ajv, Object.fromEntries(keys.map((key) => [key, key])));
  return [
    ...(code.includes(ENGINE) ? [`import { linearPattern as ${ENGINE} } from '${engineImport}';`] : []),
    ...moduleOf(withoutErrors(code.replaceAll(/^("use strict";)export |(?<=[;}])export (?=const p)/g, '$1'))),
    `export default { ${keys.join(', ')} };`,
    '',
  ].join('\n');
}

/** An ES module whose default export is the validator of one schema, which says what is wrong. `options` of ajv. */
export function schemaModule(schema: object, options: Options): string {
  const ajv = new Ajv2020({ ...options, code: CODE });
  return [...moduleOf(standaloneCode.default(ajv, ajv.compile(schema))), ''].join('\n');
}

/** Generated code, with imports of what it asks for by `require`. */
function moduleOf(code: string): string[] {
  const required = [...new Set([...code.matchAll(/require\("([^"]+)"\)/g)].map((match) => match[1] as string))];
  const table = required.map((id, index) => `'${id}': runtime${index}.default ?? runtime${index}`);
  return [
    ...required.map((id, index) => `import * as runtime${index} from '${id}.js';`),
    `const runtime = { ${table.join(', ')} };`,
    'const require = (id) => runtime[id];',
    code.replace(/^"use strict";/, ''),
  ];
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
