import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import type { Log, Run } from 'sarif';
import { blankDocument, blankFinding, RESULT_NAMES, report, savedResult } from './documents.ts';
import { hostileResult, hostileResults } from './hostile-results.ts';

/** The official schema with errata 01; draft-04, which calls `id` what is `$id` now (fixtures/schemas/README.md). */
const SCHEMA = JSON.parse(
  readFileSync(new URL('../../fixtures/schemas/sarif-schema-2.1.0.json.txt', import.meta.url), 'utf8'),
);
delete SCHEMA.$schema;
delete SCHEMA.id;

const validate = new Ajv({
  strict: false,
  allErrors: true,
  formats: {
    // RFC 3986: characters that a URI reference may hold.
    uri: /^[a-z][a-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9a-fA-F]{2})*$/,
    'uri-reference': /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9a-fA-F]{2})*$/,
    'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/,
  },
}).compile(SCHEMA);

async function runOf(document: Parameters<typeof report>[0]): Promise<Run> {
  const log = JSON.parse(await report(document, 'sarif')) as Log;
  const [run] = log.runs;
  assert.ok(run);
  return run;
}

for (const name of RESULT_NAMES) {
  test(`the SARIF of ${name} keeps to the official schema`, async () => {
    const log = JSON.parse(await report(savedResult(name), 'sarif'));

    const valid = validate(log);

    assert.ok(valid, JSON.stringify(validate.errors, null, 2));
  });
}

test('the schema refuses what is wrong, so that the tests above can fail', async () => {
  const log = JSON.parse(await report(savedResult('open-ollama'), 'sarif'));
  log.runs[0].results[0].level = 'terrible';

  assert.equal(validate(log), false);
});

test('hostile documents keep to the schema too', async () => {
  await fc.assert(
    fc.asyncProperty(hostileResults, async (hostile) => {
      const log = JSON.parse(await report(hostileResult(hostile), 'sarif'));

      assert.ok(validate(log), JSON.stringify(validate.errors, null, 2));
    }),
    { numRuns: 60 },
  );
});

test('a message can be neither a link nor a placeholder', async () => {
  const finding = blankFinding({ message: 'see [here](http://evil.example) {0} \\[x](y)' });

  const run = await runOf(blankDocument({ findings: [finding] }));

  assert.equal(run.results?.[0]?.message.text, 'see \\[here\\](http://evil.example) {{0}} \\\\\\[x\\](y)');
});

test('every result of a rule in the book points to it', async () => {
  const run = await runOf(savedResult('office-sweep'));

  const wrong = (run.results ?? []).filter(
    ({ ruleId, ruleIndex }) => run.tool.driver.rules?.[ruleIndex ?? -1]?.id !== ruleId,
  );

  assert.deepEqual(wrong, []);
  assert.ok((run.results ?? []).length > 10);
});

test('every weakness of a rule is in the taxonomy at its index', async () => {
  const run = await runOf(savedResult('office-sweep'));
  const taxa = run.taxonomies?.[0]?.taxa ?? [];

  const targets = (run.tool.driver.rules ?? []).flatMap(({ relationships }) =>
    (relationships ?? []).map(({ target }) => target),
  );

  assert.ok(targets.length > 0);
  assert.deepEqual(
    targets.map(({ index }) => taxa[index ?? -1]?.id),
    targets.map(({ id }) => id),
  );
});

test('a door of the network is an artifact for GitHub and a logical location', async () => {
  const location = { kind: 'endpoint', host: 'fd00::7', port: 443, url: 'https://[fd00::7]:443/' } as const;

  const run = await runOf(blankDocument({ findings: [blankFinding({ location })] }));

  assert.deepEqual(run.results?.[0]?.locations, [
    {
      physicalLocation: {
        artifactLocation: { uri: 'network/fd00%3A%3A7/443', uriBaseId: '%SRCROOT%' },
        region: { startLine: 1 },
      },
      logicalLocations: [{ name: '[fd00::7]:443', fullyQualifiedName: 'https://[fd00::7]:443/', kind: 'endpoint' }],
    },
  ]);
});

test('a file name is one path, whatever it is called', async () => {
  const location = { kind: 'file', file: 'deploy/a b#c?d%2e%/é.yaml', line: 12, column: 3 } as const;

  const run = await runOf(blankDocument({ findings: [blankFinding({ location })] }));

  const place = run.results?.[0]?.locations?.[0]?.physicalLocation;
  assert.equal(place?.artifactLocation?.uri, 'deploy/a%20b%23c%3Fd%252e%25/%C3%A9.yaml');
  assert.deepEqual(place?.region, { startLine: 12, startColumn: 3 });
});

test('the fingerprint does not move with the line', async () => {
  const at = (line: number) => blankFinding({ location: { kind: 'file', file: 'compose.yaml', line } });

  const before = await runOf(blankDocument({ findings: [at(3)] }));
  const after = await runOf(blankDocument({ findings: [at(30)] }));

  assert.deepEqual(before.results?.[0]?.partialFingerprints, after.results?.[0]?.partialFingerprints);
});

test('what is suppressed says so, and what a baseline knows is unchanged', async () => {
  const findings = (['active', 'suppressed', 'baselined'] as const).map((state, i) =>
    blankFinding({ state, fingerprint: String(i).repeat(64) }),
  );

  const run = await runOf(blankDocument({ findings }));

  assert.deepEqual(
    run.results?.map(({ properties, suppressions, baselineState }) => [
      properties?.state,
      suppressions?.length,
      baselineState,
    ]),
    [
      ['active', undefined, 'new'],
      ['suppressed', 1, 'new'],
      ['baselined', undefined, 'unchanged'],
    ],
  );
});

test('a run that was cut short, its troubles and doubts are notifications', async () => {
  const run = await runOf(savedResult('interrupted'));

  const [invocation] = run.invocations ?? [];

  assert.equal(invocation?.executionSuccessful, false);
  assert.ok(invocation?.toolExecutionNotifications?.some(({ descriptor }) => descriptor?.id === 'interrupted'));
});

test('a finding in a file has its chain as a flow, its line as context and its edits as fixes', async () => {
  const file = 'compose.yaml';
  const finding = blankFinding({
    location: { kind: 'file', file, line: 7, column: 9, endLine: 7, endColumn: 22, excerpt: '      - "11434:11434"' },
    related: [{ kind: 'file', file, line: 3, says: 'starts Ollama' }],
    edits: [
      {
        span: { file, start: 90, end: 90 },
        insert: '127.0.0.1:',
        safety: 'unsafe',
        title: 'Publish on [loopback] only',
      },
    ],
  });
  const document = blankDocument({ findings: [finding] });

  const [result] = (await runOf(document)).results ?? [];

  assert.ok(validate(JSON.parse(await report(document, 'sarif'))), JSON.stringify(validate.errors));
  assert.deepEqual(result?.locations?.[0]?.physicalLocation?.contextRegion, {
    startLine: 7,
    endLine: 7,
    snippet: { text: '      - "11434:11434"' },
  });
  const steps = result?.codeFlows?.[0]?.threadFlows[0]?.locations ?? [];
  assert.deepEqual(
    steps.map(({ location }) => [location?.physicalLocation?.region?.startLine, location?.message?.text]),
    [
      [3, 'starts Ollama'],
      [7, 'Ollama answers anyone.'],
    ],
  );
  assert.deepEqual(result?.fixes, [
    {
      description: { text: 'Publish on \\[loopback\\] only' },
      artifactChanges: [
        {
          artifactLocation: { uri: file, uriBaseId: '%SRCROOT%' },
          replacements: [{ deletedRegion: { charOffset: 90, charLength: 0 }, insertedContent: { text: '127.0.0.1:' } }],
        },
      ],
      properties: { safety: 'unsafe' },
    },
  ]);
});

test('a suppression says why', async () => {
  const suppression = { kind: 'comment', reason: 'the lab is on a network of its own' } as const;

  const run = await runOf(blankDocument({ findings: [blankFinding({ state: 'suppressed', suppression })] }));

  assert.deepEqual(run.results?.[0]?.suppressions, [
    { kind: 'inSource', justification: 'the lab is on a network of its own' },
  ]);
});
