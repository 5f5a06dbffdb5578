import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { compilePredicates } from '../../src/catalogue/compile.ts';
import { linearPattern } from '../../src/catalogue/linear-pattern.ts';
import { predicatesOf } from '../../src/catalogue/load.ts';
import { matchSchema, predicate } from '../../src/catalogue/predicate.ts';
import { builtinCatalogue } from '../support/prober.ts';

const catalogue = await builtinCatalogue();
const predicates = predicatesOf(catalogue);

/** Answers shaped like real ones, so that predicates are often near to matching. */
const answers = fc.record({
  status: fc.constantFrom(200, 301, 302, 400, 401, 403, 404, 405, 429, 503),
  headers: fc.dictionary(
    fc.constantFrom('server', 'content-type', 'www-authenticate', 'location', 'via', 'allow'),
    fc.constantFrom(
      'nginx/1.22',
      'Caddy',
      'llama.cpp',
      'application/json',
      'Basic realm="x"',
      '/login',
      '1.1 proxy',
      'POST',
    ),
  ),
  body: fc.constantFrom('', 'Ollama is running', 'pong', '404 page not found', '<html>'),
  json: fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        models: fc.array(fc.jsonValue()),
        version: fc.string(),
        error: fc.constantFrom('Unauthorized', { message: 'Invalid API Key' }),
      },
      { requiredKeys: [] },
    ),
  ),
});

test('predicates compiled ahead of time judge like those compiled on the spot', () => {
  const compiled = compilePredicates(predicates);

  fc.assert(
    fc.property(answers, (answer) => {
      for (const one of predicates)
        assert.equal(catalogue.matches(one, answer), compiled.get(one.key)?.(answer), JSON.stringify(one.schema));
    }),
    { numRuns: 60 },
  );
});

test('patterns of one module stay apart', () => {
  const one = predicate(matchSchema({ status: 200, body: '^alpha$' }));
  const two = predicate(matchSchema({ status: 200, body: '^beta$' }));

  const compiled = compilePredicates([one, two]);

  assert.deepEqual(
    ['alpha', 'beta'].map((body) =>
      [one, two].map(({ key }) => compiled.get(key)?.({ status: 200, headers: {}, body })),
    ),
    [
      [true, false],
      [false, true],
    ],
  );
});

test('a pattern that would hang a backtracking engine ends', () => {
  const hostile = `${'a'.repeat(200_000)}!`;

  assert.equal(linearPattern('^(a+)+$').test(hostile), false);
  assert.equal(linearPattern('(x+x+)+y').test('x'.repeat(200_000)), false);
});

test('a pattern that is only a literal says what the engine says', () => {
  const sources = [...JSON.stringify(predicates).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(([, text]): string =>
    JSON.parse(text ?? ''),
  );
  assert.ok(sources.length > 100);
  for (const source of new Set(sources)) {
    const text = source.replace(/^(\(\?i\))?\^?|\$$/g, '').replace(/\\(.)/g, '$1');
    for (const near of [text, `x${text}`, `${text}x`, `${text}\n`, text.slice(1), text.toUpperCase(), ''])
      assert.equal(linearPattern(source).test(near), RE2JS.compile(source).matcher(near).find(), `${source}: ${near}`);
  }
});
