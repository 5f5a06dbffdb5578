import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { neutralise, neutraliseCell } from '../../src/report/terminal/neutralise.ts';
import { paint, span } from '../../src/report/terminal/span.ts';
import { clip, splitAt, widthOf } from '../../src/report/terminal/width.ts';
import { wrap } from '../../src/report/terminal/wrap.ts';
import { anyText } from '../support/any-text.ts';

const ANY_TEXT = anyText(200);

const NEUTRALISED: readonly [string, string, string][] = [
  ['escape sequences', '\x1b[2J', String.raw`\x1b[2J`],
  ['bell, carriage return, line feed, tab', '\x07\r\n\t', String.raw`\x07\r\n\t`],
  ['DEL and C1 controls', '\x7f\x85\x9b31m', String.raw`\x7f\x85\x9b31m`],
  ['bidirectional overrides and isolates', '\u202egpj.exe\u2066', String.raw`\u202egpj.exe\u2066`],
  ['format characters that are drawn', '\u0600\ufff9', String.raw`\u0600\ufff9`],
  ['marks of direction', '\u061c\u200e\u200f', String.raw`\u061c\u200e\u200f`],
  ['text without width', 'a\u200bb\u200dc\u2060d\ufeff', String.raw`a\u200bb\u200dc\u2060d\ufeff`],
  ['line and paragraph separators', 'a\u2028b\u2029c', String.raw`a\u2028b\u2029c`],
  ['tags and variation selectors', 'x\u{e0041}\ufe0f\u{e0100}', String.raw`x\u{e0041}\ufe0f\u{e0100}`],
  ['Hangul fillers and the empty Braille cell', '\u115f\u3164\uffa0\u2800', String.raw`\u115f\u3164\uffa0\u2800`],
  ['soft hyphens', 'pass\u00adword', String.raw`pass\xadword`],
  ['private use, noncharacters, lone surrogates', '\ue000\uffff\ud800', String.raw`\ue000\uffff\ud800`],
  ['unusual spaces become plain ones', 'a\u00a0b\u3000c\u2003d', 'a b c d'],
  ['letters of any script stay', 'é ñ Ж 漢字 한국어 עברית ไทย 😀', 'é ñ Ж 漢字 한국어 עברית ไทย 😀'],
  ['composed where it can be', 'e\u0301', 'é'],
  ['piled marks beyond the fourth', `x${'\u0302'.repeat(6)}`, `x${'\u0302'.repeat(4)}\\u0302\\u0302`],
];

for (const [what, raw, shown] of NEUTRALISED) {
  test(`neutralise: ${what}`, () => {
    assert.equal(neutralise(raw), shown);
  });
}

test('nothing that steers a terminal or hides is left of any text', () => {
  fc.assert(
    fc.property(ANY_TEXT, (text) => {
      assert.doesNotMatch(neutralise(text), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u);
    }),
  );
});

test('cells spell out what tables measure wrongly', () => {
  assert.equal(neutraliseCell('1.0 漢字 é'), '1.0 漢字 é');
  assert.equal(neutraliseCell('😀🫠'), String.raw`\u{1f600}\u{1fae0}`);
  assert.equal(neutraliseCell('ก\u0e31'), String.raw`ก\u0e31`);
});

const WIDTHS: readonly [string, number][] = [
  ['', 0],
  ['plain', 5],
  ['é', 1],
  ['x\u0302\u0303', 1],
  ['漢字', 4],
  ['한국어', 6],
  ['テスト', 6],
  ['ﾃｽﾄ', 3],
  ['ＡＢ', 4],
  ['😀', 2],
  ['🫠', 2],
  ['⭐', 2],
  ['🇨🇭', 2],
  ['→ … ─', 5],
  ['ไทย', 3],
];

for (const [text, width] of WIDTHS) {
  test(`'${text}' takes ${width} columns`, () => {
    assert.equal(widthOf(text), width);
  });
}

test('clip keeps within its columns and marks the cut', () => {
  assert.equal(clip('short', 5), 'short');
  assert.equal(clip('longer', 5), 'long…');
  assert.equal(clip('漢字漢字', 5), '漢字…');
  fc.assert(
    fc.property(ANY_TEXT, fc.integer({ min: 3, max: 50 }), (raw, columns) => {
      const text = neutralise(raw);

      const clipped = clip(text, columns);

      assert.ok(widthOf(clipped) <= columns);
      assert.ok(clipped === text || clipped.endsWith('…'));
    }),
  );
});

test('splitting loses nothing and never cuts a character in two', () => {
  fc.assert(
    fc.property(ANY_TEXT, fc.integer({ min: 1, max: 20 }), (raw, columns) => {
      const text = neutralise(raw);

      const [before, after] = splitAt(text, columns);

      assert.equal(before + after, text);
      assert.doesNotMatch(before, /\p{Cs}/u);
    }),
  );
});

function wrapped(text: string, columns: number): string[] {
  return wrap([span(text)], columns).map((line) => paint(line, false));
}

test('text breaks at spaces', () => {
  assert.deepEqual(wrapped('one two three four', 9), ['one two', 'three', 'four']);
});

test('words longer than a line break behind a joint, else where the line ends', () => {
  assert.deepEqual(wrapped('chat.corp.example', 12), ['chat.corp.', 'example']);
  assert.deepEqual(wrapped('x'.repeat(10), 4), ['xxxx', 'xxxx', 'xx']);
  assert.deepEqual(wrapped('漢字漢字漢', 5), ['漢字', '漢字', '漢']);
});

test('spans that touch stay together', () => {
  const lines = wrap([span('aaa bbb', 'strong'), span(':'), span(' ccc')], 8);

  assert.deepEqual(
    lines.map((line) => paint(line, false)),
    ['aaa bbb:', 'ccc'],
  );
});

test('wrapping keeps every word and every line within its columns', () => {
  const spans = fc.array(fc.tuple(ANY_TEXT, fc.constantFrom('plain' as const, 'strong' as const, 'bad' as const)), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(spans, fc.integer({ min: 4, max: 60 }), (parts, columns) => {
      const made = parts.map(([text, style]) => span(text, style));

      const lines = wrap(made, columns).map((line) => paint(line, false));

      assert.ok(lines.every((line) => line !== '' && widthOf(line) <= columns));
      const letters = (text: string): string => text.replaceAll(' ', '');
      assert.equal(letters(lines.join('')), letters(made.map(({ text }) => text).join('')));
    }),
  );
});

test('colour is written once for a run of one style, and not at all when it is not wanted', () => {
  const [line = []] = wrap([span('two words', 'bad'), span(' plain')], 40);

  assert.equal(paint(line, true), '\x1b[31mtwo words\x1b[39m plain');
  assert.equal(paint(line, false), 'two words plain');
});
