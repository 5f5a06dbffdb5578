import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UsageError } from '../../src/model/trouble.ts';
import { parsePortRanges, parsePorts } from '../../src/targets/ports.ts';

const GROUPS = new Map([
  ['llm', [11434, 8000]],
  ['vector', [6333, 8000]],
]);

test('numbers, ranges and groups make one ascending list', () => {
  const ports = parsePorts('11434, 8002-8004,@vector,8003', GROUPS);

  assert.deepEqual(ports, [6333, 8000, 8002, 8003, 8004, 11434]);
});

test('the default is every group and the web ports', () => {
  const ports = parsePorts(null, GROUPS);

  assert.deepEqual(ports, [80, 443, 6333, 8000, 8443, 11434]);
});

test('@all is the group of that name, or every group', () => {
  assert.deepEqual(parsePorts('@all', GROUPS), [6333, 8000, 11434]);
  assert.deepEqual(parsePorts('@ALL', new Map([...GROUPS, ['all', [1]]])), [1]);
});

test('an unknown group lists the known ones', () => {
  assert.throws(() => parsePorts('80,@ai', GROUPS), {
    name: 'UsageError',
    message: "--ports: '@ai' is not a group of ports: expected one of @all, @llm, @vector",
  });
});

test('what is no port is named', () => {
  for (const text of [
    '',
    '0',
    '65536',
    '80,,81',
    '8100-8000',
    '80-',
    '-80',
    '08',
    '8e3',
    '0x50',
    '80 81',
    'http',
    '１',
  ]) {
    assert.throws(
      () => parsePorts(text, GROUPS, 'config.yaml:3'),
      (error: Error) => {
        return (
          error instanceof UsageError &&
          error.message.startsWith('config.yaml:3: ') &&
          error.message.includes('expected a number from 1 to 65535')
        );
      },
      text,
    );
  }
});

test('any text gives ascending ports or a usage error', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789,-@ alm') }), (text) => {
      try {
        const ports = parsePorts(text, GROUPS);
        assert.ok(
          ports.every((port, i) => Number.isInteger(port) && port >= 1 && port <= 65535 && port > (ports[i - 1] ?? 0)),
        );
      } catch (error) {
        assert.ok(error instanceof UsageError);
      }
    }),
  );
});

test('a list of ports survives being written and read', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 65535 }), { minLength: 1, maxLength: 50 }), (ports) => {
      assert.deepEqual(
        parsePorts(ports.join(), GROUPS),
        [...ports].sort((a, b) => a - b),
      );
    }),
  );
});

test('ports behind a target are merged and know no groups', () => {
  assert.deepEqual(parsePortRanges('80,8000-8010,8005-8020,81'), [
    { first: 80, last: 81 },
    { first: 8000, last: 8020 },
  ]);
  assert.equal(parsePortRanges('@llm'), null);
  assert.equal(parsePortRanges(''), null);
});
