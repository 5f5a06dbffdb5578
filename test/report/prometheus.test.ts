import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { requireProgram } from '../support/program.ts';
import { validated } from '../support/validator.ts';
import { RESULT_NAMES, report, savedResult } from './documents.ts';
import { hostileResult, hostileResults } from './hostile-results.ts';

for (const name of RESULT_NAMES) {
  test(`promtool has nothing to say about the metrics of ${name}`, async (t) => {
    const promtool = requireProgram(t, 'promtool');
    if (promtool === null) return;
    const text = await report(savedResult(name), 'prometheus');

    const { ok, out, err } = validated(promtool, ['check', 'metrics'], text);

    assert.ok(ok, `${out}${err}`);
  });
}

test('hostile labels are one value each, and no series stands there twice', async () => {
  await fc.assert(
    fc.asyncProperty(hostileResults, async (hostile) => {
      const text = await report(hostileResult(hostile), 'prometheus');

      const lines = text.trimEnd().split('\n');
      const samples = lines.filter((line) => !line.startsWith('# '));
      const wrong = samples.filter(
        (line) => !/^[a-z_]+(\{([a-z]+="([^"\\]|\\["\\n])*",?)*\})? -?[0-9.e+]+$/.test(line),
      );
      assert.deepEqual(wrong, []);
      const series = samples.map((line) => line.slice(0, line.lastIndexOf(' ')));
      assert.equal(new Set(series).size, series.length);
    }),
    { numRuns: 60 },
  );
});

test('a certificate is watched at the place that shows it', async () => {
  const text = await report(savedResult('expired-certificate'), 'prometheus');

  assert.match(text, /^postern_certificate_not_after_seconds\{[^}]*host="chat\.corp\.example"[^}]*\} 1790741468$/m);
});
