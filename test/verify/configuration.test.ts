import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { answersOf } from '../support/answers.ts';
import { postern } from '../support/command.ts';
import { temporaryFolder } from '../support/running.ts';
import { gated, verify } from '../support/verify.ts';

const RULE = 'unrefused-anonymous-request';

test('what the configuration file says of verify and of its rules counts', async (t) => {
  const server = await gated(t, answersOf('llama-server/open.http'), ({ path }) => path === '/v1/models');
  const url = `http://127.0.0.1:${server.port}/`;
  const folder = temporaryFolder(t);
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const milder = file('milder.yaml', 'schema: postern/config/1\nverify:\n  fail-on: critical\n');
  const without = file(
    'without.yaml',
    `schema: postern/config/1\nrules:\n  ${RULE}: { enabled: false, reason: the list is meant to be public }\n`,
  );

  const plain = await verify(url, ['--no-config']);
  const higher = await verify(url, ['--config', milder]);
  const off = await verify(url, ['--config', without]);

  const listed = async (...args: readonly string[]): Promise<string> =>
    (await postern(['verify', url, '--pace', '0', '--neighbours', 'none', '--config', without, ...args])).out;
  assert.match(await listed('--all'), new RegExp(RULE));
  assert.doesNotMatch(await listed(), new RegExp(RULE));
  assert.deepEqual([plain.code, plain.rules], [1, [RULE]]);
  assert.equal(higher.code, 0);
  assert.equal(higher.result.findings.find(({ rule }) => rule === RULE)?.state, 'below-threshold');
  assert.equal(off.code, 0);
  assert.equal(off.result.findings.find(({ rule }) => rule === RULE)?.state, 'suppressed');
  assert.ok(
    off.broken.some((row) => row.startsWith('anonymous GET /v1/models')),
    'the row says what was seen all the same',
  );
});

test('values in force are printed, nothing is sent', async (t) => {
  const server = await gated(t, answersOf('ollama/open.http'), () => false);

  const config = join(temporaryFolder(t), 'postern.config.yaml');
  writeFileSync(config, 'schema: postern/config/1\nverify: { key-header: X-Key }\n');
  const line = ['verify', `http://127.0.0.1:${server.port}/`, '--config', config, '--print-config'];
  const env = { AI_KEY: 'key-of-the-owner-0123456789', LOGIN: 'user:password' };

  const { code, out } = await postern([...line, '--key-env', 'AI_KEY'], { env });
  const basic = await postern([...line, '--basic-env', 'LOGIN'], { env });

  assert.equal(code, 0);
  assert.match(out, /key-env: "?AI_KEY"?/);
  assert.match(out, /key-header: "?X-Key"?/);
  assert.match(basic.out, /# key-header/, 'it waits for a run that shows a key');
  assert.ok(!out.includes('key-of-the-owner'));
  assert.deepEqual(server.received, []);
});

test('rules of --rules are held against the rows', async (t) => {
  const server = await gated(t, answersOf('ollama/open.http'), () => false);
  const rules = temporaryFolder(t);
  writeFileSync(
    join(rules, 'any-refusal.yaml'),
    `id: any-refusal
subject: expectation
title: A door refused
severity: high
confidence: high
when:
  properties:
    check: { const: anonymous }
    got: { const: refused }
message: "{request} was refused."
why: a rule for tests
fix: none
references: [https://acme.example/rules]
`,
  );

  const { code, rules: found } = await verify(`http://127.0.0.1:${server.port}/`, ['--rules', rules, '--no-config']);

  assert.deepEqual([code, found], [1, ['any-refusal']]);
});
