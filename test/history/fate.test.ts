import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffRuns } from '../../src/history/diff.ts';
import type { PortState, ResultDocument } from '../../src/model/result.ts';
import { PORT_STATES } from '../../src/model/result.ts';
import type { TlsEndpoint } from '../../src/model/tls.ts';
import { fateOf, findingOn, ollama, run, watchedAs } from './runs.ts';

const DOOR = ollama();
const OPEN = run({ day: 1, endpoints: [DOOR], findings: [findingOn(DOOR)] });

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
