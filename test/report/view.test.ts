import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Door } from '../../src/model/auth.ts';
import type { Endpoint } from '../../src/model/endpoint.ts';
import { PORT_STATES, type PortTally } from '../../src/model/result.ts';
import { placeOf, placeOfEndpoint } from '../../src/report/place.ts';
import { toView } from '../../src/report/view.ts';
import { BLANK_ENDPOINT } from '../support/endpoint.ts';
import { blankDocument, blankFinding } from './documents.ts';

const OLLAMA: Endpoint = {
  ...BLANK_ENDPOINT,
  service: { id: 'ollama', name: 'Ollama', kind: 'inference', version: '0.6.2', confidence: 'high' },
  auth: { ...BLANK_ENDPOINT.auth, overall: 'open' },
};

function door(parts: Partial<Door>): Door {
  return {
    class: 'inventory',
    request: 'GET /api/tags',
    status: 200,
    state: 'open',
    side: false,
    standsFor: [],
    ...parts,
  };
}

function only<T>(items: readonly T[]): T {
  assert.equal(items.length, 1);
  return items[0] as T;
}

test('the worst finding of an endpoint is its most severe that nobody has set aside', () => {
  const findings = [
    blankFinding({ severity: 'critical', state: 'suppressed' }),
    blankFinding({ severity: 'low', rule: 'plaintext-endpoint', state: 'below-threshold' }),
    blankFinding({ severity: 'high', rule: 'vulnerable-version' }),
    blankFinding({ severity: 'critical', location: { kind: 'endpoint', host: '192.168.1.21', port: 1 } }),
  ];

  const endpoint = only(toView(blankDocument({ endpoints: [OLLAMA], findings })).endpoints);

  assert.equal(endpoint.worst?.rule, 'vulnerable-version');
  assert.equal(endpoint.more, 1);
  assert.equal(endpoint.active, 1);
});

const NOTEWORTHY: readonly [string, Partial<Endpoint>, boolean][] = [
  ['a recognised service', { service: OLLAMA.service }, true],
  ['a guarded stranger', { auth: { ...BLANK_ENDPOINT.auth, overall: 'guarded' } }, true],
  ['a stranger that can be claimed', { conditions: ['claimable-setup'] }, true],
  ['an unknown stranger', {}, false],
  ['a port that stays silent', { speech: 'silent', notes: ['timeout'] }, false],
];

for (const [what, parts, noteworthy] of NOTEWORTHY) {
  test(`${what} is ${noteworthy ? '' : 'not '}noteworthy`, () => {
    const view = toView(blankDocument({ endpoints: [{ ...BLANK_ENDPOINT, ...parts }] }));

    assert.equal(only(view.endpoints).noteworthy, noteworthy);
  });
}

test('a stranger with a finding is noteworthy', () => {
  const view = toView(blankDocument({ endpoints: [BLANK_ENDPOINT], findings: [blankFinding()] }));

  assert.equal(only(view.endpoints).noteworthy, true);
});

test('proof starts with what was granted, then what was refused, and counts the rest', () => {
  const evidence = ['GET /', 'GET /version', 'GET /refused', 'GET /granted'].map((request) => ({
    about: 'door' as const,
    request,
    status: 200,
    shows: '',
  }));
  const doors = [
    door({ request: 'GET /version', class: 'identity' }),
    door({ request: 'GET /refused', state: 'guarded' }),
    door({ request: 'GET /granted', state: 'open' }),
  ];
  const endpoint = { ...OLLAMA, auth: { ...OLLAMA.auth, doors } };

  const view = toView(blankDocument({ endpoints: [endpoint], findings: [blankFinding({ evidence })] }));

  const { proof, moreProof } = only(view.findings);
  assert.deepEqual(
    proof.map(({ request }) => request),
    ['GET /granted', 'GET /refused', 'GET /'],
  );
  assert.equal(moreProof, 1);
});

test('a fix that was shown before is referred to, whoever showed it must be active', () => {
  const at = (host: string) => ({ kind: 'endpoint' as const, host, port: 80 });
  const findings = [
    blankFinding({ location: at('10.0.0.1'), state: 'suppressed' }),
    blankFinding({ location: at('10.0.0.2') }),
    blankFinding({ location: at('10.0.0.3') }),
    blankFinding({ location: at('10.0.0.4'), fix: 'Something else.' }),
  ];

  const view = toView(blankDocument({ findings }));

  assert.deepEqual(
    view.findings.map(({ fixAt }) => fixAt),
    [null, null, '10.0.0.2:80', null],
  );
});

const UNKNOWN: readonly [string, Partial<Endpoint>, readonly string[]][] = [
  ['loading', { service: OLLAMA.service, conditions: ['loading'] }, ['still loading']],
  [
    'reasons of doors, each once, identity aside',
    {
      service: OLLAMA.service,
      auth: {
        ...BLANK_ENDPOINT.auth,
        doors: [
          door({ state: 'unknown', reason: 'rate limited' }),
          door({ state: 'unknown', reason: 'rate limited' }),
          door({ state: 'unknown', reason: 'odd', class: 'identity' }),
        ],
      },
      notes: ['the request budget was used up'],
    },
    ['rate limited', 'the request budget was used up'],
  ],
  ['nothing to go by', { service: OLLAMA.service }, ['no request gave a decisive answer']],
  ['nothing recognised', {}, []],
  ['a known verdict', { auth: { ...BLANK_ENDPOINT.auth, overall: 'guarded' }, notes: ['slow'] }, []],
];

for (const [what, parts, reasons] of UNKNOWN) {
  test(`why unknown: ${what}`, () => {
    const view = toView(blankDocument({ endpoints: [{ ...BLANK_ENDPOINT, ...parts }] }));

    assert.deepEqual(only(view.endpoints).unknownBecause, reasons);
  });
}

test('the summary counts findings, doors, strangers, undecided rules and time', () => {
  const endpoints: Endpoint[] = [
    OLLAMA,
    { ...BLANK_ENDPOINT, host: 'a', address: '10.0.0.1' },
    { ...BLANK_ENDPOINT, host: 'b', address: '10.0.0.2', notes: ['1 requests without an answer (timeout)'] },
    { ...BLANK_ENDPOINT, host: 'c', address: '10.0.0.3', speech: 'other' },
    { ...BLANK_ENDPOINT, host: 'd', address: '10.0.0.4', speech: 'silent' },
  ];
  const here = { kind: 'endpoint' as const, host: 'a', port: 1 };
  const coverage = {
    ...blankDocument().coverage,
    probes: Object.fromEntries(PORT_STATES.map((state, i) => [state, i + 1])) as PortTally,
    undecided: [
      { rule: 'b-rule', location: here, missing: ['cors'] },
      { rule: 'a-rule', location: here, missing: ['auth.overall'] },
      { rule: 'b-rule', location: { ...here, port: 2 }, missing: ['auth.overall', 'cors'] },
    ],
  };
  const findings = [blankFinding(), blankFinding({ severity: 'low', state: 'below-threshold' })];

  const { summary } = toView(blankDocument({ endpoints, findings, coverage }));

  assert.equal(summary.durationMs, 1000);
  assert.equal(summary.probes, 21);
  assert.deepEqual(summary.findings, { active: 1, 'below-threshold': 1, suppressed: 0, baselined: 0 });
  assert.deepEqual(summary.active, { info: 0, low: 0, medium: 0, high: 0, critical: 1 });
  assert.deepEqual(summary.auth, { open: 1, partial: 0, guarded: 0, unknown: 0 });
  assert.equal(summary.otherHttp, 2);
  assert.deepEqual(
    [summary.notHttp, summary.silent, summary.unknown].map((list) => list.map(({ endpoint }) => endpoint.host)),
    [['c'], ['d'], ['b']],
  );
  assert.deepEqual(summary.undecided, {
    total: 3,
    places: 2,
    missing: ['auth.overall', 'cors'],
    byRule: [
      { rule: 'a-rule', times: 1, missing: ['auth.overall'] },
      { rule: 'b-rule', times: 2, missing: ['auth.overall', 'cors'] },
    ],
  });
});

test('times that make no sense give no duration', () => {
  assert.equal(toView(blankDocument({ startedAt: 'yesterday' })).summary.durationMs, null);
  assert.equal(toView(blankDocument({ finishedAt: '2001-01-01T00:00:00Z' })).summary.durationMs, null);
});

test('verdicts', () => {
  const { coverage } = blankDocument();
  const probes = { ...coverage.probes, open: 1 };
  const guarded: Endpoint = { ...OLLAMA, auth: { ...OLLAMA.auth, overall: 'guarded' } };
  const unknown: Endpoint = { ...OLLAMA, auth: { ...OLLAMA.auth, overall: 'unknown' } };
  const verdict = (parts: Parameters<typeof blankDocument>[0]) => toView(blankDocument(parts)).summary.verdict;

  assert.deepEqual(verdict({ endpoints: [OLLAMA], findings: [blankFinding()] }), { kind: 'findings', endpoints: 1 });
  assert.deepEqual(verdict({ findings: [blankFinding({ location: { kind: 'file', file: 'a' } })] }), {
    kind: 'findings',
    endpoints: 0,
  });
  assert.deepEqual(verdict({ endpoints: [guarded] }), { kind: 'clean' });
  assert.deepEqual(verdict({ endpoints: [guarded], findings: [blankFinding({ state: 'suppressed' })] }), {
    kind: 'clean',
  });
  assert.deepEqual(verdict({ endpoints: [guarded, unknown] }), { kind: 'inconclusive' });
  assert.deepEqual(verdict({ endpoints: [guarded], coverage: { ...coverage, complete: false } }), {
    kind: 'inconclusive',
  });
  assert.deepEqual(verdict({}), { kind: 'nothing-examined', reason: 'no open port' });
  assert.deepEqual(verdict({ coverage: { ...coverage, probes } }), { kind: 'nothing-examined', reason: 'no endpoint' });
  assert.deepEqual(verdict({ coverage: { ...coverage, addresses: 0 } }), {
    kind: 'nothing-examined',
    reason: 'no addresses',
  });
});

test('places', () => {
  assert.equal(placeOfEndpoint({ ...BLANK_ENDPOINT, host: 'fd00::7', basePath: '/ollama' }), '[fd00::7]:11434/ollama');
  assert.equal(placeOfEndpoint({ ...BLANK_ENDPOINT, host: null, address: null, port: null }), '?');
  assert.equal(
    placeOf({ kind: 'endpoint', host: 'gpu.lan', port: 443, url: 'https://gpu.lan:443/a/b/' }),
    'gpu.lan:443/a/b',
  );
  assert.equal(placeOf({ kind: 'endpoint', host: 'gpu.lan', port: 443, url: 'https://gpu.lan:443/' }), 'gpu.lan:443');
  assert.equal(placeOf({ kind: 'file', file: 'compose.yaml', line: 12, column: 7 }), 'compose.yaml:12:7');
  assert.equal(placeOf({ kind: 'file', file: 'compose.yaml' }), 'compose.yaml');
  assert.equal(placeOf({ kind: 'host', host: 'gpu.lan' }), 'gpu.lan');
  assert.equal(placeOf({ kind: 'host' }), 'this host');
});
