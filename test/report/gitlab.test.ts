import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blankDocument, blankFinding, report } from './documents.ts';
import { hostileResult, hostileResults } from './hostile-results.ts';

const PATTERN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/;

test('a SAST report has what its schema requires, within its lengths', async () => {
  const findings = [blankFinding({ fix: 'x'.repeat(9000), message: 'y'.repeat(9000), rule: 'r'.repeat(400) })];

  const { version, scan, vulnerabilities } = JSON.parse(await report(blankDocument({ findings }), 'gitlab-sast'));

  assert.equal(version, '15.0.7');
  assert.equal(scan.type, 'sast');
  assert.equal(scan.status, 'success');
  assert.match(scan.start_time, PATTERN);
  assert.match(scan.end_time, PATTERN);
  for (const program of [scan.analyzer, scan.scanner])
    assert.ok(program.id && program.name && program.version && program.vendor.name);
  const [first] = vulnerabilities;
  assert.equal(first.name.length, 255);
  assert.equal(first.solution.length, 7000);
  assert.equal(first.identifiers[0].type, 'postern_rule');
  assert.deepEqual(first.location, { file: 'network/192.168.1.20/11434', start_line: 1 });
});

for (const format of ['gitlab-sast', 'gitlab-quality'] as const) {
  test(`${format} leaves out what is set aside and keeps the rest`, async () => {
    const findings = (['active', 'below-threshold', 'suppressed', 'baselined'] as const).map((state) =>
      blankFinding({ state }),
    );

    const parsed = JSON.parse(await report(blankDocument({ findings }), format));

    assert.equal((format === 'gitlab-sast' ? parsed.vulnerabilities : parsed).length, 2);
  });

  test(`${format} parses whatever peers say`, async () => {
    await fc.assert(
      fc.asyncProperty(hostileResults, async (hostile) => {
        const text = await report(hostileResult(hostile), format);

        assert.doesNotThrow(() => JSON.parse(text));
      }),
      { numRuns: 40 },
    );
  });
}

test('a Code Quality issue has a path, a line, a severity of theirs and a fingerprint', async () => {
  const location = { kind: 'file', file: 'compose.yaml', line: 12 } as const;

  const [issue] = JSON.parse(await report(blankDocument({ findings: [blankFinding({ location })] }), 'gitlab-quality'));

  assert.deepEqual(issue, {
    description: 'Ollama answers anyone.',
    check_name: 'unauthenticated-endpoint',
    fingerprint: 'a'.repeat(64),
    severity: 'blocker',
    location: { path: 'compose.yaml', lines: { begin: 12 } },
  });
});
