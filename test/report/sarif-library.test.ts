import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Log } from 'sarif';
import type { ResultDocument } from '../../src/model/result.ts';
import { requireProgram } from '../support/program.ts';
import { blankDocument, blankFinding, report, savedResult } from './documents.ts';

/*
 * The SARIF SDK of its editors (npm package @microsoft/sarif-multitool-linux): what it reads and writes back is the
 * same, and its rules, which ask for more than the schema does, find nothing.
 */

/** Two verbs of the tool leave their answers in files; all documents are runs of one log, because it is slow to start. */
async function through(t: TestContext, tool: string, documents: readonly ResultDocument[]) {
  const folder = mkdtempSync(join(tmpdir(), 'postern-sarif-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = (name: string): string => join(folder, name);
  const run = (verb: string, ...args: readonly string[]): void => {
    const { status, stdout, stderr } = spawnSync(tool, [verb, ...args], {
      encoding: 'utf8',
      timeout: 120_000,
      // Without it the program wants a library for languages.
      env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1', DOTNET_CLI_TELEMETRY_OPTOUT: '1' },
    });
    assert.equal(status, 0, `${stdout}\n${stderr}`);
  };
  const logs = await Promise.all(documents.map(async (one) => JSON.parse(await report(one, 'sarif')) as Log));
  const before: Log = { ...(logs[0] as Log), runs: logs.flatMap(({ runs }) => runs) };
  writeFileSync(file('in.sarif'), JSON.stringify(before));
  run('rewrite', file('in.sarif'), '--output', file('out.sarif'));
  run('validate', file('in.sarif'), '--rule-kind', 'Sarif;Ghas', '--output', file('validated.sarif'));
  const read = (name: string): Log => JSON.parse(readFileSync(file(name), 'utf8').replace(/^\ufeff/, '')) as Log;
  const complaints = read('validated.sarif').runs.flatMap(({ results = [] }) => results);
  return { before, after: read('out.sarif'), complaints };
}

/** It asks for an address of the project; there is none that could be named. */
const NO_ADDRESS = 'SARIF2005';

const inAFile = blankDocument({
  findings: [
    blankFinding({
      location: { kind: 'file', file: 'a b/compose.yaml', line: 7, column: 9, excerpt: '      - "11434:11434"' },
      related: [{ kind: 'file', file: 'a b/compose.yaml', line: 3, says: 'starts Ollama' }],
      edits: [
        { span: { file: 'a b/compose.yaml', start: 9, end: 12 }, insert: 'x', safety: 'safe', title: 'Quote it' },
      ],
      state: 'suppressed',
      suppression: { kind: 'config', reason: 'a lab' },
    }),
  ],
});

const documents = [...['hostile-banners', 'interrupted', 'office-sweep'].map(savedResult), inAFile];

/** The SDK leaves out what the standard takes for granted: the same said in fewer words. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value)
    .filter(([key, child]) => !(key === 'kind' && child === 'fail') && !(key === 'level' && child === 'warning'))
    .map(([key, child]) => [key, withoutDefaults(child)] as const)
    .filter(([, child]) => !['[]', '{}', 'false'].includes(JSON.stringify(child)));
  return Object.fromEntries(entries);
}

test('the SARIF SDK reads what we write, writes the same and has nothing to say', async (t) => {
  const tool = requireProgram(t, 'Sarif.Multitool');
  if (tool === null) return;

  const { before, after, complaints } = await through(t, tool, documents);

  assert.equal(after.runs.length, documents.length);
  assert.deepEqual(withoutDefaults(after.runs), withoutDefaults(before.runs));
  assert.deepEqual(
    complaints.filter(({ ruleId }) => ruleId !== NO_ADDRESS).map(({ ruleId, message }) => `${ruleId} ${message.text}`),
    [],
  );
});
