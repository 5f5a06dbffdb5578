import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neverEntry } from '../../src/catalogue/never.ts';
import { declareRequest } from '../../src/catalogue/request.ts';
import type { Method } from '../../src/model/exchange.ts';

const CASES: readonly (readonly [string, Method, string, boolean])[] = [
  ['GET /health', 'GET', '/health', true],
  ['GET /health', 'GET', '/health/', true],
  ['GET /health', 'GET', '/health?x=1', true],
  ['GET /health', 'GET', '/HEALTH', true],
  ['GET /health', 'HEAD', '/health', true],
  ['GET /health', 'GET', '/health/liveliness', false],
  ['GET /health', 'GET', '/healthz', false],
  ['GET /health', 'POST', '/health', false],
  ['* /debug/*', 'OPTIONS', '/debug/pprof', true],
  ['GET /start/*', 'GET', '/start/a/b', true],
  ['GET /start/*', 'GET', '/started', false],
  ['GET /voice/vits?text=*', 'GET', '/voice/vits?text=hi', true],
  ['GET /voice/vits?text=*', 'GET', '/voice/vits', false],
  ['POST /v2/models/*/infer', 'POST', '/v2/models/a/versions/1/infer', true],
  ['POST /v2/models/*/infer', 'POST', '/v2/models/infer', false],
];

for (const [entry, method, path, expected] of CASES) {
  test(`${entry} ${expected ? 'forbids' : 'lets pass'} ${method} ${path}`, () => {
    const request = declareRequest({ kind: method === 'POST' ? 'gate' : 'read', method, path });

    assert.equal(neverEntry('demo', entry).matches(request), expected);
  });
}
