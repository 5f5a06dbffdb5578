import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inNamespace, resultOf } from './support/namespace.ts';

/*
 * Real sockets of real processes in a network namespace that the test makes.
 */

const JSON_OUT = ['check', '--format', 'json'];

test('an AI service is found behind each kind of address, and asked from every address of the host', async (t) => {
  const report = await inNamespace(t, {
    servers: [
      { answers: 'ollama/open.http', host: '0.0.0.0', port: 11_434, title: 'ollama serve' },
      { answers: 'llama-server/key.http', host: '127.0.0.1', port: 8080, title: 'llama-server --api-key x' },
      { answers: 'vllm/open.http', host: '::', port: 8000, ipv6Only: true },
      { answers: 'comfyui/open.http', host: '192.168.77.5', port: 8188 },
      { answers: 'jupyter/lab-token.http', host: '::', port: 8888 },
      { answers: null, host: '127.0.0.1', port: 3000 },
    ],
    runs: [JSON_OUT, ['check']],
  });
  if (report === null) return;

  assert.equal(report.runs[0]?.code, 1);
  const { host, endpoints } = resultOf(report.runs[0]);

  const four = ['127.0.0.1', '192.168.77.5'];
  const six = ['::1', 'fd00:77::5'];
  assert.deepEqual(
    host.exposures.map(({ port, service, bound, reach, answers }) => [
      port,
      service.id,
      bound.join(),
      reach,
      answers.filter(({ state }) => state === 'answers').map(({ address }) => address),
    ]),
    [
      [8000, 'vllm', '::', 'lan', six],
      [8080, 'llama-server', '127.0.0.1', 'loopback', ['127.0.0.1']],
      [8188, 'comfyui', '192.168.77.5', 'lan', ['192.168.77.5']],
      [8888, 'jupyter', '::', 'lan', ['127.0.0.1', '::1', '192.168.77.5', 'fd00:77::5']],
      [11_434, 'ollama', '0.0.0.0', 'lan', four],
    ],
  );
  assert.deepEqual(
    host.listeners.map(({ port, dualStack }) => [port, dualStack]),
    [
      [3000, null],
      [8000, false],
      [8080, null],
      [8188, null],
      [8888, true],
      [11_434, null],
    ],
  );
  assert.equal(host.listeners.find(({ port }) => port === 11_434)?.recognised?.by, 'runs `ollama serve`');
  assert.deepEqual(host.listeners.find(({ port }) => port === 8080)?.process?.argv, [
    'llama-server',
    '--api-key',
    '***',
  ]);
  assert.equal(endpoints.filter(({ port }) => port === 11_434).length, 2);
});
