import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffRuns } from '../../src/history/diff.ts';
import { doorsToWatch, NOTHING_KNOWN, remember, withFirstSeen } from '../../src/history/known.ts';
import type { DiffDocument } from '../../src/model/diff.ts';
import type { PortState, ResultDocument } from '../../src/model/result.ts';
import { PORT_STATES } from '../../src/model/result.ts';
import type { TlsEndpoint } from '../../src/model/tls.ts';
import { findingOn, ollama, run, watchedAs } from './runs.ts';

const DOOR = ollama();
const OPEN = run({ day: 1, endpoints: [DOOR], findings: [findingOn(DOOR)] });

function fateOf({ findings }: DiffDocument): readonly [string, string] {
  const [fixed] = findings.fixed;
  if (fixed !== undefined) return ['fixed', fixed.how];
  const [unseen] = findings.unseen;
  return unseen === undefined ? ['persisted', ''] : ['unseen', unseen.why];
}

/** Only a port that said no is closed. */
const STATES: Readonly<Record<PortState, readonly [string, string]>> = {
  open: ['unseen', 'the port is open, but the service was not found there'],
  closed: ['fixed', 'the port is closed'],
  filtered: ['unseen', 'the host did not answer'],
  unreachable: ['unseen', 'the host could not be reached'],
  error: ['unseen', 'the probe failed'],
  skipped: ['unseen', 'not reached'],
};

for (const state of PORT_STATES) {
  test(`a door whose port is ${state} the next day`, () => {
    const now = run({ day: 2, watched: watchedAs(state) });

    const diff = diffRuns(OPEN, now);

    assert.deepEqual(fateOf(diff), STATES[state]);
    assert.equal(diff.endpoints.closed.length, state === 'closed' ? 1 : 0);
    assert.equal(diff.endpoints.unseen.length, state === 'closed' ? 0 : 1);
  });
}

const unknownAuth = { ...DOOR.auth, overall: 'unknown' } as const;
const guarded = { ...DOOR.auth, overall: 'guarded' } as const;
const RULE = {
  id: 'other',
  subject: 'endpoint',
  title: '',
  severity: 'low',
  confidence: 'high',
  why: '',
  fix: '',
  cwe: [],
  references: [],
} as const;

const CASES: readonly (readonly [string, ResultDocument, readonly [string, string]])[] = [
  ['is still there', run({ day: 2, endpoints: [DOOR], findings: [findingOn(DOOR)] }), ['persisted', '']],
  ['asks for a key', run({ day: 2, endpoints: [{ ...DOOR, auth: guarded }] }), ['fixed', 'guarded now, was open']],
  [
    'got TLS and asks for a key',
    run({ day: 2, endpoints: [{ ...DOOR, url: 'https://192.168.1.20:11434/', transport: 'tls', auth: guarded }] }),
    ['fixed', 'guarded now, was open'],
  ],
  [
    'could not be judged',
    run({ day: 2, endpoints: [{ ...DOOR, auth: unknownAuth }] }),
    ['unseen', 'authentication could not be judged'],
  ],
  [
    'was not decided',
    run({
      day: 2,
      endpoints: [DOOR],
      coverage: {
        undecided: [
          { rule: 'unauthenticated-endpoint', location: findingOn(DOOR).location, missing: ['auth.overall'] },
        ],
      },
    }),
    ['unseen', 'not decided: auth.overall unknown'],
  ],
  [
    'does not say what it is',
    run({ day: 2, endpoints: [{ ...DOOR, service: null }] }),
    ['unseen', 'the service did not give itself away'],
  ],
  [
    'says nothing',
    run({ day: 2, endpoints: [{ ...DOOR, speech: 'silent' }] }),
    ['unseen', 'the port is open but gave no HTTP answer'],
  ],
  [
    'is another service',
    run({
      day: 2,
      endpoints: [
        ollama({ service: { id: 'vllm', name: 'vLLM', kind: 'inference', version: null, confidence: 'high' } }),
      ],
    }),
    ['fixed', 'vLLM answers there now'],
  ],
  [
    'was updated',
    run({
      day: 2,
      endpoints: [
        ollama({ service: { id: 'ollama', name: 'Ollama', kind: 'inference', version: '0.17.1', confidence: 'high' } }),
      ],
    }),
    ['fixed', 'version 0.17.1 now'],
  ],
  ['was out of scope', run({ day: 2, watched: [] }), ['unseen', 'not in the scope of this run']],
  [
    'was not reached',
    run({ day: 2, watched: [], coverage: { complete: false } }),
    ['unseen', 'not reached: the run was interrupted'],
  ],
  [
    'has a port that was not probed',
    run({ day: 2, coverage: { ports: [8080] } }),
    ['unseen', 'its port was not probed'],
  ],
  [
    'is not mentioned by a run that did not know of it',
    run({ day: 2 }),
    ['unseen', 'this run does not say whether it was closed, silent or out of scope'],
  ],
  [
    'is judged by a book without the rule',
    run({ day: 2, endpoints: [DOOR], document: { rules: [RULE] } }),
    ['unseen', 'the rule is not in the rule book of this run'],
  ],
];

for (const [name, now, expected] of CASES) {
  test(`a door that ${name}`, () => {
    assert.deepEqual(fateOf(diffRuns(OPEN, now)), expected);
  });
}

const TLS_RULE = { ...RULE, id: 'obsolete-protocol', subject: 'tls' } as const;
const TLS_FINDING = findingOn(DOOR, {
  rule: 'obsolete-protocol',
  location: { kind: 'endpoint', host: '192.168.1.20', port: 11434 },
});
const LEGACY = run({ day: 1, endpoints: [DOOR], findings: [TLS_FINDING] });

function inspected(speech: TlsEndpoint['speech']): ResultDocument['tls'] {
  return [{ host: '192.168.1.20', port: 11434, speech } as TlsEndpoint];
}

const TLS_CASES: readonly (readonly [string, ResultDocument, readonly [string, string]])[] = [
  [
    'whose TLS was inspected again',
    run({ day: 2, endpoints: [DOOR], document: { rules: [TLS_RULE], tls: inspected('tls') } }),
    ['fixed', 'no longer found'],
  ],
  [
    'whose TLS was not inspected',
    run({ day: 2, endpoints: [DOOR], document: { rules: [TLS_RULE] } }),
    ['unseen', 'TLS was not inspected'],
  ],
  [
    'that did not speak TLS',
    run({ day: 2, endpoints: [DOOR], document: { rules: [TLS_RULE], tls: inspected('silent') } }),
    ['unseen', 'TLS was not inspected'],
  ],
  [
    'that is closed',
    run({ day: 2, watched: watchedAs('closed'), document: { rules: [TLS_RULE] } }),
    ['fixed', 'the port is closed'],
  ],
];

for (const [name, now, expected] of TLS_CASES) {
  test(`a finding about TLS on a door ${name}`, () => {
    assert.deepEqual(fateOf(diffRuns(LEGACY, now)), expected);
  });
}

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
    auth: guarded,
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
