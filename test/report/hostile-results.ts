import fc from 'fast-check';
import type { ResultDocument } from '../../src/model/result.ts';
import { anyText } from '../support/any-text.ts';
import { savedResult } from './documents.ts';

/** Values from a closed list: changing them would make a document of another kind, not a hostile one. */
const VOCABULARY_KEYS = new Set([
  'schema',
  'origin',
  'transport',
  'reach',
  'speech',
  'confidence',
  'overall',
  'identity',
  'inventory',
  'inference',
  'admin',
  'schemes',
  'class',
  'state',
  'cors',
  'hostCheck',
  'conditions',
  'check',
  'expected',
  'got',
  'verdict',
  'severity',
]);

const HOSTILE = fc.oneof(
  anyText(60),
  fc.string({
    unit: fc.constantFrom(
      '\x1b',
      '\x07',
      '\r',
      '\n',
      '\x9b',
      '\x00',
      '\u202e',
      '\u2066',
      '[',
      '2',
      'J',
      ']',
      '0',
      ';',
      'm',
      ' ',
      'a',
      '漢',
      '😀',
      '\u0301',
      '\ud800',
    ),
    maxLength: 60,
  }),
  fc.constantFrom(
    '\x1b[2J\x1b[1;1H',
    '\x1b]0;title\x07',
    '\x9b31m',
    '\x1b[31m',
    '\r\nNO FINDINGS',
    '\u202e\u2066',
    '__proto__',
    '=HYPERLINK("http://evil.example","x")',
    '\t@SUM(1+1)*cmd|x',
    ']]></failure><script>&amp;"\'',
    '::error file=x::owned%0A##[error]owned',
    '[x](javascript:alert(1)) ![y](http://evil.example/p.png) <img src=x> @someone #1 | a | ``` ~~~',
    'www.evil.example http://evil.example/ a@b.example',
    '{0} {{1}} [link](http://evil.example)',
    'a"b\\c\nd} 1',
    'x;y,z:w\\n\r\nBEGIN:VEVENT',
    '1. x',
    '- x',
    '../../etc/passwd?x#y%2f',
    '',
    ' ',
  ),
);

/** The name of a result and the texts that are put into it, one after the other. */
export const hostileResults = fc.tuple(
  fc.constantFrom('office-sweep', 'hostile-banners', 'interrupted', 'expired-certificate'),
  fc.array(HOSTILE, { minLength: 1, maxLength: 12 }),
);

export function hostileResult([name, texts]: readonly [string, readonly string[]]): ResultDocument {
  let next = 0;
  return replaceTexts(savedResult(name), () => texts[next++ % texts.length] ?? '') as ResultDocument;
}

export function replaceTexts(value: unknown, text: () => string, key = '', parent = ''): unknown {
  if (VOCABULARY_KEYS.has(key) || (key === 'kind' && ['location', 'related'].includes(parent))) return value;
  if (typeof value === 'string') return text();
  if (Array.isArray(value)) return value.map((item) => replaceTexts(item, text, '', key));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [name, replaceTexts(child, text, name, key === '' ? parent : key)]),
  );
}
