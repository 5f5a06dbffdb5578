import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstLeads, neverEntries } from '../../src/catalogue/check.ts';
import { neverIndex } from '../../src/catalogue/never.ts';
import type { DeclaredRequest, ExchangeOutcome, HttpResponse } from '../../src/model/exchange.ts';
import type { Service } from '../../src/model/service.ts';
import { answerSubject } from '../../src/network/answer-subject.ts';
import { gatherEndpoint } from '../../src/network/gather.ts';
import type { Network } from '../../src/system/ports.ts';
import { builtinCatalogue, loopbackTarget } from '../support/prober.ts';

/*
 * The budget of 25 requests is enough on the worst path: a server that is none of ours, on a port that many
 * services share. Every service of that port must have been asked for its first sign, unless it is known to answer
 * unknown paths in another way.
 */

const BUDGET = 25;
const catalogue = await builtinCatalogue();

/** Unknown paths as common frameworks answer them; each draws other candidates to the front. */
const STRANGERS: Readonly<Record<string, Omit<HttpResponse, 'truncated'>>> = {
  'plain 404': { status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found\n' },
  'FastAPI 404': {
    status: 404,
    headers: { 'content-type': 'application/json', server: 'uvicorn' },
    body: '{"detail":"Not Found"}',
  },
  'Express 404': {
    status: 404,
    headers: { 'content-type': 'text/html', 'x-powered-by': 'Express' },
    body: '<pre>Cannot GET /x</pre>',
  },
  'empty 404': { status: 404, headers: {}, body: '' },
};

function strangerNetwork(answer: Omit<HttpResponse, 'truncated'>, asked: DeclaredRequest[]): Network {
  const outcome: ExchangeOutcome = { status: 'ok', response: { ...answer, truncated: false }, elapsedMs: 1 };
  const record = async (request: DeclaredRequest): Promise<ExchangeOutcome> => {
    asked.push(request);
    return outcome;
  };
  return {
    sweepEngine: async () => ({ name: 'none', sweep: async () => undefined }),
    resolve: async () => [],
    open: async (_target, first) => ({
      speech: 'http',
      first: await record(first),
      conversation: { transport: 'plaintext', tls: null, connections: 1, exchange: record, close: () => undefined },
    }),
  };
}

async function askStranger(port: number, answer: Omit<HttpResponse, 'truncated'>): Promise<DeclaredRequest[]> {
  const asked: DeclaredRequest[] = [];
  await gatherEndpoint(strangerNetwork(answer, asked), loopbackTarget(port), null, {
    catalogue,
    never: neverIndex(neverEntries(catalogue.services)),
    budget: BUDGET,
    token: 'c0ffee00c0ffee00',
    passive: false,
    basePaths: [],
    opening: {
      limits: { connectTimeoutMs: 1, responseTimeoutMs: 1, maxHeaderBytes: 1, maxBodyBytes: 1 },
      userAgent: 'postern/test',
      headers: {},
      signal: new AbortController().signal,
    },
  });
  return asked;
}

function answersOtherwise(service: Service, answer: Omit<HttpResponse, 'truncated'>): boolean {
  const subject = answerSubject({ ...answer, truncated: false });
  return service.unknownPath.length > 0 && !service.unknownPath.some((match) => catalogue.matches(match, subject));
}

const ports = [...new Set(catalogue.services.flatMap((service) => service.ports.map(({ port }) => port)))].sort(
  (a, b) => a - b,
);

for (const [name, answer] of Object.entries(STRANGERS)) {
  test(`${name}: on every port each service of that port is asked for its first sign`, async () => {
    for (const port of ports) {
      const asked = await askStranger(port, answer);

      const keys = new Set(asked.map(({ key }) => key));
      const missed = catalogue.services
        .filter((service) => service.ports.some((known) => known.port === port))
        .filter((service) => firstLeads(service).length > 0 && !answersOtherwise(service, answer))
        .filter((service) => !firstLeads(service).some(({ key }) => keys.has(key)));
      assert.ok(asked.length <= BUDGET, `${asked.length} requests on port ${port}`);
      assert.deepEqual(
        missed.map(({ id }) => id),
        [],
        `port ${port}: ${asked.map(({ path }) => path).join(' ')}`,
      );
    }
  });
}

test('a service is asked for what it needs within the budget, whatever came before', () => {
  const dear = catalogue.services
    .map((service) => ({
      id: service.id,
      requests: new Set(service.operations.flatMap(({ request }) => request?.key ?? [])).size,
    }))
    .filter(({ requests }) => requests > 12);

  assert.deepEqual(dear, []);
});
