import assert from 'node:assert/strict';
import { test } from 'node:test';
import { triage } from '../../src/judge/triage.ts';
import type { Rule } from '../../src/model/rule.ts';

const rule = { id: 'plaintext-endpoint' } as Rule;

test('without a word of the user the threshold decides', () => {
  assert.deepEqual(triage(rule, 'medium', {}, 'medium'), { severity: 'medium', state: 'active' });
  assert.deepEqual(triage(rule, 'low', {}, 'medium'), { severity: 'low', state: 'below-threshold' });
});

test('a rule that is switched off still finds, in a bucket, with the reason', () => {
  const settings = { 'plaintext-endpoint': { enabled: false, reason: 'lab' } };

  assert.deepEqual(triage(rule, 'high', { settings }, 'medium'), {
    severity: 'high',
    state: 'suppressed',
    suppression: { kind: 'rule', reason: 'lab' },
  });
});

test('a severity of the user goes before that of the rule', () => {
  const settings = { 'plaintext-endpoint': { enabled: true, severity: 'low' } } as const;

  assert.deepEqual(triage(rule, 'high', { settings }, 'medium'), { severity: 'low', state: 'below-threshold' });
});

test('a setting of another rule changes nothing', () => {
  const settings = { 'no-tls13': { enabled: false } };

  assert.equal(triage(rule, 'high', { settings }, 'medium').state, 'active');
});
