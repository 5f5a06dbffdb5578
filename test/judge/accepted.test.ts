import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accept, globPattern } from '../../src/judge/accepted.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { IgnoreSetting } from '../../src/model/postern-config.ts';

const FINDING: Finding = {
  rule: 'plaintext-endpoint',
  severity: 'medium',
  confidence: 'high',
  message: 'Ollama is published in clear.',
  location: { kind: 'file', file: 'deploy/dev/compose.yaml', line: 4 },
  related: [],
  evidence: [],
  fix: '',
  fingerprint: 'a'.repeat(64),
  state: 'active',
};

const accepted = (entry: Partial<IgnoreSetting>, finding = FINDING) =>
  accept([finding], [{ reason: 'laptops only', at: 'x:3:5', ...entry }], {
    today: '2026-11-21',
    seenFrom: (file) => file.replace('deploy/', ''),
    serviceName: (id) => (id === 'ollama' ? 'Ollama' : null),
  });

for (const entry of [
  { rule: 'plaintext-endpoint' },
  { path: 'dev/**' },
  { rule: 'plaintext-endpoint', path: '**/compose.yaml', service: 'ollama' },
  { fingerprint: 'a'.repeat(64) },
  { rule: 'plaintext-endpoint', expires: '2026-11-21' },
]) {
  test(`${JSON.stringify(entry)} sets it aside, and says by whose word`, () => {
    const { findings, unused, expired } = accepted(entry);

    assert.equal(findings[0]?.state, 'suppressed');
    assert.equal(findings[0]?.suppression?.kind, 'config');
    assert.equal(findings[0]?.suppression?.reason, 'laptops only');
    assert.equal(findings[0]?.suppression?.at, 'x:3:5');
    assert.deepEqual([unused, expired], [[], []]);
  });
}

for (const entry of [
  { rule: 'weak-key' },
  { path: 'prod/**' },
  { path: 'dev/*.yml' },
  { rule: 'plaintext-endpoint', service: 'vllm' },
  { fingerprint: 'b'.repeat(64) },
]) {
  test(`${JSON.stringify(entry)} is about something else, and is said to be of no use`, () => {
    const { findings, unused } = accepted(entry);

    assert.equal(findings[0]?.state, 'active');
    assert.equal(unused.length, 1);
  });
}

test('an entry counts until its last day', () => {
  const { findings, unused, expired } = accepted({ rule: 'plaintext-endpoint', expires: '2026-11-20' });

  assert.equal(findings[0]?.state, 'active');
  assert.deepEqual(unused, []);
  assert.equal(expired.length, 1);
});

test('what a comment has set aside stays as it is, and the entry is not called useless', () => {
  const { findings, unused } = accepted({ rule: 'plaintext-endpoint' }, { ...FINDING, state: 'suppressed' });

  assert.equal(findings[0]?.suppression, undefined);
  assert.deepEqual(unused, []);
});

for (const [glob, yes, no] of [
  ['*.yaml', 'a.yaml', 'x/a.yaml'],
  ['**/*.yaml', 'x/y/a.yaml', 'a.yml'],
  ['**/*.yaml', 'a.yaml', 'a.yaml.bak'],
  ['dev/**', 'dev/x/y', 'development/x'],
  ['a?c', 'abc', 'a/c'],
  ['a.b(c)[d]', 'a.b(c)[d]', 'aXb(c)[d]'],
] as const) {
  test(`${glob} is ${yes} and not ${no}`, () => {
    assert.match(yes, globPattern(glob));
    assert.doesNotMatch(no, globPattern(glob));
  });
}
