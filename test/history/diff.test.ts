import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffRuns } from '../../src/history/diff.ts';
import { doorsToWatch, NOTHING_KNOWN, remember, withFirstSeen } from '../../src/history/known.ts';
import { PORT_STATES } from '../../src/model/result.ts';
import { fateOf, findingOn, ollama, run, watchedAs } from './runs.ts';

const DOOR = ollama();
const OPEN = run({ day: 1, endpoints: [DOOR], findings: [findingOn(DOOR)] });

test('what changed on a door is named, field by field', () => {
  const certificate = {
    subject: 'CN=a',
    issuer: 'CN=b',
    names: [],
    notBefore: '2026-01-01T00:00:00.000Z',
    notAfter: '2026-12-01T00:00:00.000Z',
    selfSigned: false,
    fingerprint: 'f'.repeat(64),
  };
  const tls = { protocol: 'TLSv1.3', cipher: null, authorized: true, trustError: null, certificate };
  const after = ollama({
    auth: { ...DOOR.auth, overall: 'guarded' },
    transport: 'tls',
    tls,
    service: { id: 'ollama', name: 'Ollama', kind: 'inference', version: '0.7.0', confidence: 'high' },
  });

  const { endpoints } = diffRuns(OPEN, run({ day: 2, endpoints: [after] }));

  assert.deepEqual(
    endpoints.changed[0]?.changes.map(({ field, before, after: now }) => `${field}: ${before} > ${now}`),
    [
      'version: 0.6.2 > 0.7.0',
      'auth: open > guarded',
      'transport: plaintext > tls',
      'certificate: null > valid to 2026-12-01T00:00:00.000Z',
    ],
  );
});

test('a new door is new, and one of no known service is not worth a word', () => {
  const other = ollama({ host: '192.168.1.30', address: '192.168.1.30', url: 'http://192.168.1.30:11434/' });
  const stranger = ollama({ host: '192.168.1.31', address: '192.168.1.31', service: null });

  const { findings, endpoints } = diffRuns(
    OPEN,
    run({
      day: 2,
      endpoints: [DOOR, other, stranger],
      findings: [findingOn(DOOR), findingOn(other, { fingerprint: 'b'.repeat(64) })],
    }),
  );

  assert.deepEqual(
    findings.appeared.map(({ fingerprint }) => fingerprint[0]),
    ['b'],
  );
  assert.deepEqual(
    endpoints.appeared.map(({ host }) => host),
    ['192.168.1.30'],
  );
});

test('a finding that became worse has changed; thresholds and baselines are no change', () => {
  const now = run({
    day: 2,
    endpoints: [DOOR],
    findings: [findingOn(DOOR, { state: 'baselined' })],
  });
  const low = run({
    day: 1,
    endpoints: [DOOR],
    findings: [findingOn(DOOR, { severity: 'low', state: 'below-threshold' })],
  });

  assert.deepEqual(diffRuns(OPEN, now).findings.persisted[0]?.changes, []);
  assert.deepEqual(diffRuns(low, now).findings.persisted[0]?.changes, [
    { field: 'severity', before: 'low', after: 'critical' },
  ]);
});

test('a host that was off for a night is neither fixed that night nor new the next', () => {
  const off = run({ day: 2, watched: watchedAs('filtered') });
  const back = run({ day: 3, endpoints: [DOOR], findings: [findingOn(DOOR)] });
  const known = remember(NOTHING_KNOWN, OPEN);

  const thatNight = diffRuns(OPEN, off);
  const nextNight = diffRuns(off, back, known);

  assert.deepEqual(fateOf(thatNight), ['unseen', 'the host did not answer']);
  assert.equal(nextNight.findings.appeared.length, 0);
  assert.deepEqual(
    nextNight.findings.persisted.map(({ firstSeen, lastSeen }) => [firstSeen, lastSeen]),
    [['2026-11-01T07:00:00.000Z', '2026-11-03T07:01:00.000Z']],
  );
});

test('a door that was closed for a night is fixed that night and new the next', () => {
  const closed = run({ day: 2, watched: watchedAs('closed') });
  const back = run({ day: 3, endpoints: [DOOR], findings: [findingOn(DOOR)] });
  const known = remember(NOTHING_KNOWN, OPEN);

  const nextNight = diffRuns(closed, back, known);

  assert.equal(fateOf(diffRuns(OPEN, closed))[0], 'fixed');
  assert.deepEqual(nextNight.findings.appeared.length, 1);
  assert.equal(withFirstSeen(back, remember(known, closed)).findings[0]?.firstSeen, back.startedAt);
});

test('doors stay watched until they are seen closed', () => {
  const silent = [OPEN, run({ day: 2, watched: watchedAs('filtered') })].reduce(remember, NOTHING_KNOWN);
  const closed = remember(silent, run({ day: 3, watched: watchedAs('closed') }));

  assert.deepEqual([...doorsToWatch(silent)], ['192.168.1.20:11434']);
  assert.deepEqual([...doorsToWatch(closed)], []);
});

test('every finding of either run is in exactly one list, and a run differs from itself in nothing', () => {
  const runs = fc
    .record({
      hosts: fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 6 }),
      states: fc.array(fc.constantFrom(...PORT_STATES), { minLength: 6, maxLength: 6 }),
    })
    .map(({ hosts, states }) => {
      const doors = hosts.map((n) =>
        ollama({ host: `10.0.0.${n}`, address: `10.0.0.${n}`, url: `http://10.0.0.${n}:11434/` }),
      );
      const findings = doors.map((door, i) => findingOn(door, { fingerprint: String(hosts[i]).repeat(64) }));
      const watched = states.map((state, i) => ({ address: `10.0.0.${i + 1}`, port: 11434, state }));
      return run({ day: 1, endpoints: doors, findings, watched });
    });

  fc.assert(
    fc.property(runs, runs, (old, now) => {
      const { findings } = diffRuns(old, now);

      const listed = [
        ...findings.appeared,
        ...[...findings.fixed, ...findings.persisted, ...findings.unseen].map(({ finding }) => finding),
      ].map(({ fingerprint }) => fingerprint);
      const all = new Set([...old.findings, ...now.findings].map(({ fingerprint }) => fingerprint));
      assert.deepEqual([...listed].sort(), [...all].sort());
      const { findings: same, endpoints } = diffRuns(now, now);
      assert.equal(same.appeared.length + same.fixed.length + same.unseen.length, 0);
      assert.equal(endpoints.appeared.length + endpoints.closed.length + endpoints.changed.length, 0);
    }),
  );
});
