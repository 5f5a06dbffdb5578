import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Finding } from '../../src/model/finding.ts';
import { blankDocument, blankFinding, report } from './documents.ts';
import { hostileResult, hostileResults } from './hostile-results.ts';

function many(count: number, parts: Partial<Finding>): Finding[] {
  return Array.from({ length: count }, (_, i) =>
    blankFinding({
      fingerprint: String(i).padStart(64, '0'),
      location: { kind: 'endpoint', host: `10.0.0.${i}`, port: 1 },
      ...parts,
    }),
  );
}

const kindsOf = (text: string): string[] => [...text.matchAll(/^::(\w+) /gm)].map((match) => match[1] ?? '');

test('the most severe come first, ten of a kind, and the rest is counted and logged', async () => {
  const findings = [...many(12, { severity: 'medium' }), ...many(11, { severity: 'critical', rule: 'other' })];

  const text = await report(blankDocument({ findings }), 'github');

  const kinds = kindsOf(text);
  assert.deepEqual(kinds, [...Array(10).fill('error'), ...Array(10).fill('warning'), 'notice']);
  assert.match(text, /::notice title=postern::3 of 23 findings are not annotated/);
  assert.equal(text.match(/^ {2}(critical|medium): /gm)?.length, 3);
});

test('a finding in a file is at its line; file names cannot add properties', async () => {
  const location = { kind: 'file', file: 'a,line=1::x%.yaml', line: 7, column: 2 } as const;

  const text = await report(blankDocument({ findings: [blankFinding({ location })] }), 'github');

  assert.ok(text.startsWith('::error file=a%2Cline=1%3A%3Ax%25.yaml,line=7,col=2,title='), text);
});

test('what is not active is not annotated', async () => {
  const findings = (['below-threshold', 'suppressed', 'baselined'] as const).map((state) => blankFinding({ state }));

  const text = await report(blankDocument({ findings }), 'github');

  assert.equal(text, '');
});

test('no text of a peer becomes a command', async () => {
  await fc.assert(
    fc.asyncProperty(hostileResults, async (hostile) => {
      const document = hostileResult(hostile);

      const text = await report(document, 'github');

      const active = document.findings.filter(({ state }) => state === 'active').length;
      const commands = text.split('\n').filter((line) => /^\s*::/.test(line));
      assert.ok(commands.length <= 30);
      assert.ok(commands.length <= active + 1);
      assert.ok(
        commands.every((line) =>
          /^::(error|warning|notice) (file=[^:,]*,(line=\d+,)?(col=\d+,)?)?title=[^:,]*::/.test(line),
        ),
      );
      assert.doesNotMatch(text, /##\[/);
      assert.ok(text.split('\n').every((line) => line === '' || line.startsWith('::') || line.startsWith('  ')));
    }),
    { numRuns: 60 },
  );
});
