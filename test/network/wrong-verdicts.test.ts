import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Answer, parseAnswers, type Route } from '../../fixtures/lab/answers.ts';
import { type ReceivedRequest, type StandInOptions, startStandIn } from '../../fixtures/lab/stand-in.ts';
import { assertDeclared, assertNothingForbidden } from '../support/declared.ts';
import { builtinCatalogue, probe } from '../support/prober.ts';

/*
 * Sixteen servers on which other scanners of AI services were measured to be wrong: open called guarded,
 * guarded called open, one product taken for another. Each row is the truth.
 */

function answers(name: string): readonly Route[] {
  const text = readFileSync(new URL(`../../fixtures/answers/${name}`, import.meta.url), 'utf8');
  return parseAnswers(text, name).routes;
}

function reply(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, reason: '', headers: Object.entries({ 'Content-Type': 'application/json', ...headers }), body };
}

function always(answer: Answer): readonly Route[] {
  return [{ method: '*', path: '*', header: null, answer }];
}

/** What nginx does to answers that pass through it (proxy_pass without further directives). */
function throughNginx(routes: readonly Route[]): readonly Route[] {
  return routes.map((route) => {
    const headers = route.answer.headers.filter(([name]) => name.toLowerCase() !== 'server');
    return { ...route, answer: { ...route.answer, headers: [['Server', 'nginx/1.22.1'] as const, ...headers] } };
  });
}

const NGINX_401 = reply(401, '<html><head><title>401 Authorization Required</title></head><body>nginx</body></html>', {
  Server: 'nginx/1.22.1',
  'Content-Type': 'text/html',
  'WWW-Authenticate': 'Basic realm="restricted"',
});
const guardPosts = ({ method }: ReceivedRequest): Answer | null => (method === 'POST' ? NGINX_401 : null);

interface Row {
  readonly truth: string;
  readonly routes: readonly Route[];
  readonly options?: StandInOptions;
  readonly service: string | null;
  readonly overall: 'open' | 'partial' | 'guarded' | 'unknown';
  readonly operations?: Readonly<Record<string, string>>;
}

const ROWS: readonly Row[] = [
  {
    truth: 'Ollama, open',
    routes: answers('ollama/open.http'),
    service: 'ollama',
    overall: 'open',
    operations: { inference: 'open' },
  },
  { truth: 'Ollama, open, no models', routes: answers('ollama/empty.http'), service: 'ollama', overall: 'open' },
  {
    truth: 'Ollama, a proxy guards POST',
    routes: throughNginx(answers('ollama/open.http')),
    options: { before: guardPosts },
    service: 'ollama',
    overall: 'partial',
    operations: { inventory: 'open', inference: 'guarded' },
  },
  { truth: 'Ollama behind basic authentication', routes: always(NGINX_401), service: null, overall: 'guarded' },
  {
    truth: 'llama-server, open',
    routes: answers('llama-server/open.http'),
    service: 'llama-server',
    overall: 'open',
    operations: { inference: 'open' },
  },
  {
    truth: 'llama-server with a key: the list is public, the rest is refused',
    routes: answers('llama-server/key.http'),
    service: 'llama-server',
    overall: 'partial',
    operations: { inference: 'guarded' },
  },
  {
    truth: 'llama-server, loading',
    routes: answers('llama-server/loading.http'),
    service: 'llama-server',
    overall: 'unknown',
  },
  {
    truth: 'vLLM, open',
    routes: answers('vllm/open.http'),
    service: 'vllm',
    overall: 'open',
    operations: { inference: 'open' },
  },
  {
    truth: 'vLLM with a key: side doors stay open',
    routes: answers('vllm/key.http'),
    service: 'vllm',
    overall: 'partial',
    operations: { inference: 'guarded' },
  },
  {
    truth: 'vLLM, open, behind nginx',
    routes: throughNginx(answers('vllm/open.http')),
    service: 'vllm',
    overall: 'open',
  },
  { truth: 'LiteLLM with a key', routes: answers('litellm/master-key.http'), service: 'litellm', overall: 'guarded' },
  {
    truth: 'Langflow that refuses, but may hand anyone a token',
    routes: answers('langflow/1.9-refused.http'),
    service: 'langflow',
    overall: 'unknown',
  },
  {
    truth: 'a single-page application that answers every path',
    routes: always(
      reply(200, '<!doctype html><html><head><title>Shop</title></head><body><div id="root"></div></body></html>', {
        'Content-Type': 'text/html',
      }),
    ),
    service: null,
    overall: 'unknown',
  },
  {
    truth: 'an API that answers every path with the same JSON',
    routes: always(reply(200, '{"models":[],"data":[],"version":"1.0.0","status":"ok","collections":[],"result":{}}')),
    service: null,
    overall: 'unknown',
  },
  {
    truth: 'JSON 404s with a models key',
    routes: always(reply(404, '{"models":[],"error":"not found"}')),
    service: null,
    overall: 'unknown',
  },
  {
    truth: 'an API that refuses everything',
    routes: always(reply(401, '{"error":"unauthorized"}')),
    service: null,
    overall: 'guarded',
  },
];

for (const { truth, routes, options, service, overall, operations } of ROWS) {
  test(truth, async () => {
    await using server = await startStandIn(routes, options);

    const endpoint = await probe(server.port);

    const seen = JSON.stringify(endpoint.auth.doors, null, 1);
    assert.equal(endpoint.service?.id ?? null, service, seen);
    assert.equal(endpoint.auth.overall, overall, seen);
    for (const [kind, state] of Object.entries(operations ?? {}))
      assert.equal(endpoint.auth.operations[kind as 'inference'], state, seen);
    assert.ok(endpoint.requests <= 25);
    const catalogue = await builtinCatalogue();
    assertDeclared(server.received, catalogue);
    assertNothingForbidden(server.received, catalogue, endpoint.service?.id ?? null);
  });
}
