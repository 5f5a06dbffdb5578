import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quote } from '../../src/targets/quote.ts';
import { anyText } from '../support/any-text.ts';

test('a quotation is one short line without control or format characters', () => {
  fc.assert(
    fc.property(anyText(2000), (text) => {
      const quotation = quote(text);

      assert.ok(quotation.length <= 90);
      assert.doesNotMatch(quotation, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test('credentials do not get into a quotation', () => {
  const texts = [
    'https://ann:hunter2@ai.lan/',
    'ann:hunter2@ai.lan',
    'HTTP://hunter2@[fd00::1]:80',
    'http://a@hunter2@ai.lan',
    'https://ann:1/hunter2?#@ai.lan',
    'https://ann:\nhunter2@ai.lan',
    `https://ann:${'hunter2'.repeat(100)}@ai.lan`,
  ];

  const leaks = texts.map(quote).filter((quotation) => quotation.includes('hunter2'));

  assert.deepEqual(leaks, []);
});
