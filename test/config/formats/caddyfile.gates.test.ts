import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Declarations } from '../../../src/config/deployment/declarations.ts';
import { caddyJson } from '../../../src/config/formats/caddy-json/index.ts';
import { caddyfile } from '../../../src/config/formats/caddyfile/index.ts';
import { adaptedByCaddy, startCaddy } from '../../support/front.ts';
import { requireProgram } from '../../support/program.ts';
import { readTree } from '../../support/read-config.ts';
import { freePorts } from '../../support/running.ts';
import { markedUpstream, observedGate } from '../../support/strangers.ts';

/*
 * The reader says what guards a route; Caddy itself says who gets through. `UP` is an upstream.
 */

// The user that strangers make up: for one that it does not know Caddy takes a second to say no.
const HASH = `$2a$04$${'a'.repeat(53)}`;
const USERS = `{\n made ${HASH}\n}`;

const SITES: Readonly<Record<string, { readonly body: string; readonly paths?: readonly string[] }>> = {
  open: { body: 'reverse_proxy UP' },
  basic: { body: `basicauth ${USERS}\nreverse_proxy UP` },
  'basic written last': { body: `reverse_proxy UP\nbasicauth ${USERS}` },
  'basic too late': { body: `route {\n reverse_proxy UP\n basicauth ${USERS}\n}` },
  'basic in time': { body: `route {\n basicauth ${USERS}\n reverse_proxy UP\n}` },
  'basic for a path': { body: `basicauth /admin/* ${USERS}\nreverse_proxy UP` },
  'basic and proxy for a path': { body: `basicauth /admin/* ${USERS}\nreverse_proxy /admin/* UP`, paths: ['/admin/'] },
  'basic but for health': { body: `@rest not path /health\nbasicauth @rest ${USERS}\nreverse_proxy UP` },
  'basic for strangers': { body: `@out not remote_ip 192.0.2.0/24\nbasicauth @out ${USERS}\nreverse_proxy UP` },
  'basic for posts': { body: `@post method POST\nbasicauth @post ${USERS}\nreverse_proxy UP` },
  key: { body: '@no not header Authorization "Bearer secret-of-the-test"\nrespond @no 401\nreverse_proxy UP' },
  'key in a header': { body: '@no not header X-API-Key key-of-the-test\nrespond @no 401\nreverse_proxy UP' },
  'any key': { body: '@no not header Authorization *\nrespond @no 401\nreverse_proxy UP' },
  'any bearer': { body: '@no not header Authorization Bearer*\nrespond @no 401\nreverse_proxy UP' },
  'no key at all': { body: '@no header !Authorization\nrespond @no 401\nreverse_proxy UP' },
  'key by pattern': {
    body: '@no not header_regexp Authorization ^Bearer\\s+secret-of-the-test$\nrespond @no 401\nreverse_proxy UP',
  },
  'any by pattern': { body: '@no not header_regexp Authorization ^Bearer\\s+\\S+$\nrespond @no 401\nreverse_proxy UP' },
  'handled with key': {
    body: '@ok header Authorization "Bearer secret-of-the-test"\nhandle @ok {\n reverse_proxy UP\n}\nhandle {\n respond 401\n}',
  },
  'proxied with key': { body: '@ok header X-API-Key key-of-the-test\nreverse_proxy @ok UP\nrespond 403' },
  'answered before': { body: '@ok header X-API-Key key-of-the-test\nhandle @ok {\n reverse_proxy UP\n}\nabort' },
  'turned away by a handle': {
    body: '@no not header X-API-Key key-of-the-test\nhandle @no {\n respond 401\n}\nhandle {\n reverse_proxy UP\n}',
  },
  addresses: { body: '@out not remote_ip 192.0.2.0/24\nabort @out\nreverse_proxy UP' },
  'all addresses': { body: '@out not remote_ip 0.0.0.0/0 ::/0\nabort @out\nreverse_proxy UP' },
  'let in by address': { body: '@in remote_ip 192.0.2.0/24\nhandle @in {\n reverse_proxy UP\n}\nrespond 403' },
  'a block of two': {
    body: '@no {\n not header X-API-Key key-of-the-test\n path /v1/*\n}\nrespond @no 401\nreverse_proxy /v1/* UP',
    paths: ['/v1/'],
  },
  'two headers': {
    body: '@ok {\n header X-API-Key key-of-the-test\n header X-API-Key other-of-the-test\n}\nreverse_proxy @ok UP\nrespond 403',
  },
  'a handled path': {
    body: `handle_path /ollama/* {\n reverse_proxy UP\n}\nhandle {\n basicauth ${USERS}\n reverse_proxy UP\n}`,
    paths: ['/ollama/', '/'],
  },
  'a free path': {
    body: '@no {\n not path /public/*\n not header X-API-Key key-of-the-test\n}\nrespond @no 401\nreverse_proxy UP',
  },
  'asks another': { body: 'forward_auth UP {\n uri /nobody\n header_up X-Always no\n}\nreverse_proxy UP', paths: [] },
};

test('Caddy lets through whom the reader says it lets through', async (t) => {
  const program = requireProgram(t, 'caddy');
  if (program === null) return;
  const upstream = await markedUpstream(t);
  const names = Object.keys(SITES).filter((name) => SITES[name]?.paths?.length !== 0);
  const ports = await freePorts(names.length);
  const sites = names.map(
    (name, index) =>
      `:${ports[index]} {\nbind 127.0.0.1\n${SITES[name]?.body.replaceAll('UP', `127.0.0.1:${upstream}`)}\n}`,
  );

  await startCaddy(t, program, ports, sites);
  const { declarations } = await readTree(caddyfile, { Caddyfile: sites.join('\n') });
  const adapted = await readTree(caddyJson, { 'caddy.json': adaptedByCaddy(t, program, sites) });

  assert.deepEqual([declarations.troubles, adapted.declarations.troubles], [[], []]);
  const said: Record<string, string> = {};
  const saidOfJson: Record<string, string> = {};
  const seen: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const port = ports[index] ?? 0;
    for (const path of SITES[name]?.paths ?? ['/']) {
      said[`${name} ${path}`] = stateAt(declarations, port, path);
      saidOfJson[`${name} ${path}`] = stateAt(adapted.declarations, port, path);
      seen[`${name} ${path}`] = await observedGate(port, `${path}ordinary-path`);
    }
  }
  assert.deepEqual(said, seen);
  assert.deepEqual(saidOfJson, seen);
});

/** Where no route is, nobody gets through. */
function stateAt({ proxies }: Declarations, port: number, path: string): string {
  const routes = proxies.find(({ listeners }) => listeners[0]?.port?.text === `${port}`)?.routes ?? [];
  return routes.find((route) => route.path === path)?.gate.state ?? 'on';
}
