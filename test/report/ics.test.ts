import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RESULT_NAMES, report, savedResult } from './documents.ts';
import { hostileResult, hostileResults, replaceTexts } from './hostile-results.ts';

/** RFC 5545 §3.1: content lines, unfolded. */
function unfolded(text: string): string[] {
  assert.ok(text.endsWith('\r\n'));
  return text
    .replaceAll(/\r\n[ \t]/g, '')
    .split('\r\n')
    .slice(0, -1);
}

/** Components must nest. */
function components(lines: readonly string[]): string[] {
  const open: string[] = [];
  const seen: string[] = [];
  for (const line of lines) {
    const [, edge, name = ''] = /^(BEGIN|END):(.*)$/.exec(line) ?? [];
    if (edge === 'BEGIN') {
      open.push(name);
      seen.push(name);
    }
    if (edge === 'END') assert.equal(open.pop(), name);
  }
  assert.deepEqual(open, []);
  return seen;
}

test('lines are at most 75 octets, of known properties, and hostile names open no component', async () => {
  await fc.assert(
    fc.asyncProperty(hostileResults, async (hostile) => {
      const text = await report(hostileResult(hostile), 'ics');

      const tooLong = text.split('\r\n').filter((line) => Buffer.byteLength(line) > 75);
      assert.deepEqual(tooLong, []);
      assert.doesNotMatch(text.replaceAll('\r\n', ''), /[\r\n]/);
      const lines = unfolded(text);
      assert.deepEqual(
        lines.filter((line) => !/^[A-Z-]+(;[A-Z]+=[A-Z]+)?:/.test(line)),
        [],
      );
      assert.ok(components(lines).every((name) => ['VCALENDAR', 'VEVENT', 'VALARM', 'VJOURNAL'].includes(name)));
    }),
    { numRuns: 60 },
  );
});

test('an event ends when the certificate does and is the same event in the next run', async () => {
  const document = savedResult('expired-certificate');
  const later = { ...document, finishedAt: '2026-11-22T07:15:44.903Z' };

  const before = unfolded(await report(document, 'ics'));
  const after = unfolded(await report(later, 'ics'));

  assert.ok(before.includes('DTSTART:20260930T041108Z'));
  assert.deepEqual(
    before.filter((line) => !after.includes(line)),
    ['DTSTAMP:20261121T071544Z', 'DTSTAMP:20261121T071544Z'],
  );
});

test('a name with a line break, a semicolon and a comma stays one text', async () => {
  const document = savedResult('expired-certificate');
  const [endpoint] = document.endpoints;
  const hostile = replaceTexts({ subject: '' }, () => 'a;b,c\\d\r\nEND:VEVENT') as { subject: string };
  assert.ok(endpoint?.tls?.certificate);
  const certificate = { ...endpoint.tls.certificate, ...hostile };

  const lines = unfolded(
    await report({ ...document, endpoints: [{ ...endpoint, tls: { ...endpoint.tls, certificate } }] }, 'ics'),
  );

  assert.ok(lines.some((line) => line.startsWith('DESCRIPTION:Subject: a\\;b\\,c\\\\d\\\\r\\\\nEND:VEVENT\\nIssuer:')));
});

for (const name of RESULT_NAMES) {
  test(`the calendar of ${name} has a component`, async () => {
    const seen = components(unfolded(await report(savedResult(name), 'ics')));

    assert.ok(seen.length > 1);
  });
}
