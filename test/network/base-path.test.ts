import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Answer, parseAnswers, type Route } from '../../fixtures/lab/answers.ts';
import { startStandIn } from '../../fixtures/lab/stand-in.ts';
import { probe } from '../support/prober.ts';

const text = readFileSync(new URL('../../fixtures/answers/ollama/open.http', import.meta.url), 'utf8');
const OLLAMA = parseAnswers(text, 'ollama/open.http').routes;

function below(prefix: string, routes: readonly Route[]): Route[] {
  return routes.map((route) => ({ ...route, path: route.path === '*' ? `${prefix}/*` : prefix + route.path }));
}

function everywhere(status: number, headers: Answer['headers'], body = ''): Route {
  return { method: '*', path: '*', header: null, answer: { status, reason: '', headers, body } };
}

test('a base path is looked at beside the root, not instead of it', async () => {
  await using server = await startStandIn(OLLAMA);

  const endpoint = await probe(server.port, { basePaths: ['/ai', '/llm'] });

  assert.equal(endpoint.service?.id, 'ollama');
  assert.equal(endpoint.basePath, '');
  assert.equal(endpoint.auth.overall, 'open');
});

test('a service below a base path is found where the root is something else', async () => {
  const front = everywhere(404, [['Server', 'nginx/1.22.1']], '<html><title>404 Not Found</title></html>');
  await using server = await startStandIn([...below('/ai', OLLAMA), front]);

  const endpoint = await probe(server.port, { basePaths: ['/llm', '/ai'] });

  assert.equal(endpoint.service?.id, 'ollama');
  assert.equal(endpoint.basePath, '/ai');
  assert.equal(endpoint.auth.overall, 'open');
});

test('a wall in front is named, and left alone before the budget is used up', async () => {
  await using server = await startStandIn([everywhere(503, [['Server', 'nginx/1.22.1']])]);

  const endpoint = await probe(server.port);

  assert.equal(endpoint.auth.overall, 'unknown');
  assert.ok(endpoint.requests < 25, `${endpoint.requests} requests`);
  assert.match(endpoint.notes.join('\n'), /^\d+ answers of a wall \(unavailable\)$/m);
});

test('a redirect is not followed, but said', async () => {
  await using server = await startStandIn([everywhere(301, [['Location', 'https://ai.lan:8443/x?key=1']])]);

  const endpoint = await probe(server.port);

  assert.equal(endpoint.auth.overall, 'unknown');
  assert.deepEqual(endpoint.notes, ['a random path redirects to https://ai.lan:8443']);
});
