import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressKey } from '../../src/report/address-order.ts';
import { FORMATS } from '../../src/report/formats.ts';
import { toView } from '../../src/report/view.ts';
import { anyText } from '../support/any-text.ts';
import { BLANK_ENDPOINT } from '../support/endpoint.ts';
import { blankDocument, blankFinding, RESULT_NAMES, report, savedResult } from './documents.ts';

test('addresses sort by number, IPv4 before IPv6, names and nothing last', () => {
  const inOrder = [
    '9.255.0.1',
    '10.0.0.2',
    '10.0.0.10',
    '192.168.1.1',
    '::1',
    '::ffff:0:1',
    '2001:db8::2',
    '2001:db8::10',
    '2001:db8:0:1::',
    'fd00::1',
    'fe80::1%eth0',
    'fe80::1%eth1',
    'a-name.lan',
    'b-name.lan',
    null,
  ];

  const sorted = [...inOrder].reverse().sort((a, b) => (addressKey(a) < addressKey(b) ? -1 : 1));

  assert.deepEqual(sorted, inOrder);
});

test('the numeric order of any two IPv4 addresses is the order of their keys', () => {
  const octets = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 });
  const numberOf = (parts: readonly number[]): number => parts.reduce((value, octet) => value * 256 + octet, 0);

  fc.assert(
    fc.property(octets, octets, (a, b) => {
      const [x, y] = [addressKey(a.join('.')), addressKey(b.join('.'))];

      assert.equal(Math.sign(numberOf(a) - numberOf(b)), x === y ? 0 : x < y ? -1 : 1);
    }),
  );
});

test('no text makes the address key throw', () => {
  fc.assert(fc.property(anyText(20), (text) => addressKey(text).length > 0));
});

test('endpoints sort by address, port, base path and host', () => {
  const endpoint = (address: string, port: number, basePath = '', host = address) => ({
    ...BLANK_ENDPOINT,
    address,
    port,
    basePath,
    host,
    url: `http://${host}:${port}${basePath}/`,
  });
  const inOrder = [
    endpoint('192.168.1.9', 8080),
    endpoint('192.168.1.20', 443),
    endpoint('192.168.1.20', 8080),
    endpoint('192.168.1.20', 8080, '/ollama', 'a.lan'),
    endpoint('192.168.1.20', 8080, '/ollama', 'b.lan'),
    endpoint('fd00::2', 80),
    endpoint('fd00::10', 80),
  ];

  const view = toView(blankDocument({ endpoints: [...inOrder].reverse() }));

  assert.deepEqual(view.document.endpoints, inOrder);
});

test('findings sort by severity, then the number of the address behind a name, port and rule', () => {
  const endpoint = {
    ...BLANK_ENDPOINT,
    host: 'zzz.lan',
    address: '192.168.1.3',
    port: 80,
    url: 'http://zzz.lan:80/',
  };
  const place = (host: string, port: number) => ({
    kind: 'endpoint' as const,
    host,
    port,
    url: `http://${host}:${port}/`,
  });
  const inOrder = [
    blankFinding({ severity: 'critical', location: place('192.168.1.100', 80) }),
    blankFinding({ severity: 'high', location: place('zzz.lan', 80) }),
    blankFinding({ severity: 'high', location: place('192.168.1.20', 80), rule: 'a-rule' }),
    blankFinding({ severity: 'high', location: place('192.168.1.20', 80), rule: 'b-rule' }),
    blankFinding({ severity: 'high', location: place('192.168.1.20', 443), rule: 'a-rule' }),
    blankFinding({ severity: 'info', location: { kind: 'file', file: 'a.yaml', line: 2 } }),
    blankFinding({ severity: 'info', location: { kind: 'file', file: 'a.yaml', line: 10 } }),
  ];

  const view = toView(blankDocument({ endpoints: [endpoint], findings: [...inOrder].reverse() }));

  assert.deepEqual(
    view.findings.map(({ finding }) => finding),
    inOrder,
  );
});

for (const name of RESULT_NAMES) {
  test(`${name} gives the same bytes twice and in whatever order its lists come`, async () => {
    const document = savedResult(name);
    const shuffled = fc.record({
      endpoints: shuffle(document.endpoints),
      findings: shuffle(document.findings),
      troubles: shuffle(document.troubles),
      rules: shuffle(document.rules),
      undecided: shuffle(document.coverage.undecided),
    });
    for (const format of FORMATS) {
      const expected = await report(document, format);

      await fc.assert(
        fc.asyncProperty(shuffled, async ({ undecided, ...lists }) => {
          const other = { ...document, ...lists, coverage: { ...document.coverage, undecided } };

          assert.equal(await report(other, format), expected);
        }),
        { numRuns: 10 },
      );
    }
  });
}

function shuffle<T>(items: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length });
}

test('what is equal in every key that sorts is told apart by the rest', async () => {
  const findings = [blankFinding({ message: 'one' }), blankFinding({ message: 'two' })];

  const there = await report(blankDocument({ findings }), 'json');
  const back = await report(blankDocument({ findings: [...findings].reverse() }), 'json');

  assert.equal(there, back);
});

test('sorting leaves the document that came in as it was', () => {
  const document = savedResult('office-sweep');
  const before = structuredClone(document);

  toView(document);

  assert.deepEqual(document, before);
});
