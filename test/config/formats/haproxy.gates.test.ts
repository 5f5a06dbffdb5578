// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of HAProxy
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { haproxy } from '../../../src/config/formats/haproxy/index.ts';
import { parseHaproxy } from '../../../src/config/formats/haproxy/syntax.ts';
import { SourceText } from '../../../src/config/source/source-text.ts';
import { startHaproxy } from '../../support/front.ts';
import { requireProgram } from '../../support/program.ts';
import { readTree } from '../../support/read-config.ts';
import { freePorts, temporaryFolder } from '../../support/running.ts';
import { markedUpstream, observedGate } from '../../support/strangers.ts';

/*
 * The reader says what guards a front end; HAProxy itself says who gets through. `models` is the back end.
 */

const FRONTENDS: Readonly<Record<string, string>> = {
  open: 'default_backend models',
  auth: 'http-request auth realm x unless { http_auth(members) }\ndefault_backend models',
  'auth by name': 'acl member http_auth(members)\nhttp-request auth unless member\ndefault_backend models',
  'auth for posts': 'http-request auth if METH_POST !{ http_auth(members) }\ndefault_backend models',
  'auth in the back end': 'default_backend guarded',
  key: 'http-request deny deny_status 401 unless { req.hdr(authorization) -m str "Bearer secret-of-the-test" }\ndefault_backend models',
  'key by name': 'acl ok hdr(x-api-key) -m str key-of-the-test\nhttp-request deny if !ok\ndefault_backend models',
  'two keys':
    'acl ok hdr(x-api-key) one-of-the-test\nacl ok hdr(x-api-key) two-of-the-test\nhttp-request deny if !ok\ndefault_backend models',
  'any key': 'http-request deny unless { req.hdr(authorization) -m found }\ndefault_backend models',
  'any key by count': 'http-request deny if { req.hdr_cnt(authorization) eq 0 }\ndefault_backend models',
  'any bearer': 'http-request deny unless { req.hdr(authorization) -m beg -i "bearer " }\ndefault_backend models',
  'by pattern':
    'http-request deny unless { hdr_reg(authorization) ^Bearer\\ (one|two)-of-the-test$ }\ndefault_backend models',
  'any by pattern': 'http-request deny unless { hdr_reg(authorization) ^Bearer\\ .+ }\ndefault_backend models',
  addresses: 'acl inside src 192.0.2.0/24\nhttp-request deny unless inside\ndefault_backend models',
  'all addresses': 'http-request deny unless { src 0.0.0.0/0 }\ndefault_backend models',
  'at the connection': 'tcp-request connection reject unless { src 192.0.2.0/24 }\ndefault_backend models',
  'address or password':
    'acl inside src 192.0.2.0/24\nhttp-request auth unless inside or { http_auth(members) }\ndefault_backend models',
  'allow before deny':
    'http-request allow if { req.hdr(x-api-key) key-of-the-test }\nhttp-request deny\ndefault_backend models',
  'allow all before deny': 'http-request allow if TRUE\nhttp-request deny\ndefault_backend models',
  'health is free':
    'acl health path /health\nhttp-request allow if health\nhttp-request deny unless { req.hdr(x-api-key) key-of-the-test }\ndefault_backend models',
  'chosen by key': 'use_backend models if { req.hdr(x-api-key) key-of-the-test }\ndefault_backend nothing',
  'diverted without key':
    'acl ok req.hdr(x-api-key) key-of-the-test\nuse_backend nothing unless ok\ndefault_backend models',
  cookie: 'http-request deny unless { req.cook(session) session-of-the-test }\ndefault_backend models',
  'both must hold':
    'http-request deny if !{ req.hdr(x-api-key) key-of-the-test } !{ src 192.0.2.0/24 }\ndefault_backend models',
  'one is enough to be denied':
    'http-request deny if !{ req.hdr(x-api-key) key-of-the-test } || { path /never }\ndefault_backend models',
  'redirected without TLS': 'http-request redirect scheme https code 301 unless { ssl_fc }\ndefault_backend models',
  'no certificate': 'http-request deny unless { ssl_c_used }\ndefault_backend models',
  'rate only': 'http-request deny if { sc_http_req_rate(0) gt 1000 }\ndefault_backend models',
};

test('HAProxy lets through whom the reader says it lets through', async (t) => {
  const program = requireProgram(t, 'haproxy');
  if (program === null) return;
  const upstream = await markedUpstream(t);
  const names = Object.keys(FRONTENDS);
  const ports = await freePorts(names.length);
  const server = `server one 127.0.0.1:${upstream}`;
  const sections = [
    'userlist members\n  user somebody insecure-password word-of-the-test',
    `backend models\n  ${server}`,
    `backend guarded\n  http-request auth unless { http_auth(members) }\n  ${server}`,
    'backend nothing\n  http-request return status 404',
    ...names.map((name, index) => {
      const lines = FRONTENDS[name]?.split('\n').map((line) => `  ${line}`);
      return `frontend f${index}\n  bind 127.0.0.1:${ports[index]}\n${lines?.join('\n')}`;
    }),
  ];

  await startHaproxy(t, program, ports, sections);
  const text = ['defaults\n  mode http', ...sections].join('\n');
  const { declarations } = await readTree(haproxy, { 'haproxy.cfg': text });

  assert.deepEqual(declarations.troubles, []);
  const said: Record<string, string> = {};
  const seen: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const port = ports[index] ?? 0;
    const routes = declarations.proxies.find(({ listeners }) => listeners[0]?.port?.text === `${port}`)?.routes;
    said[name] = routes?.[0]?.gate.state ?? 'no route';
    seen[name] = await observedGate(port, '/ordinary-path');
  }
  assert.deepEqual(said, seen);
});

/** Each line is put into a whole configuration, behind a section of that name; HAProxy says whether there is such a word. */
const LINES: readonly (readonly [section: string, line: string])[] = [
  ['global', 'maxconn 10'],
  ['global', 'maxcon 10'],
  ['global', 'user nobody'],
  ['global', 'bind :1'],
  ['defaults', 'retries 3'],
  ['defaults', 'fronted web'],
  ['frontend f', 'Bind 127.0.0.1:1'],
  ['frontend f', 'no option httplog'],
  ['frontend f', 'http-requests deny'],
  ['backend b', 'server a 127.0.0.1:1'],
  ['backend b', 'servers a 127.0.0.1:1'],
  ['listen l', 'stick-table type ip size 1k'],
  ['listen l', 'sticktable type ip size 1k'],
  ['userlist u', 'user a insecure-password of-the-test'],
  ['userlist u', 'usr a insecure-password of-the-test'],
  ['resolvers r', 'nameserver a 127.0.0.1:53'],
  ['cache c', 'max-age 10'],
];

test('what HAProxy calls an unknown keyword is a trouble, and nothing else is', (t) => {
  const program = requireProgram(t, 'haproxy');
  if (program === null) return;
  const text = LINES.map(([section, line]) => `${section}\n  ${line}\n`).join('');
  const file = join(temporaryFolder(t), 'haproxy.cfg');
  writeFileSync(file, text);
  const run = spawnSync(program, ['-c', '-f', file], { encoding: 'utf8' });
  const refused = [...run.stderr.matchAll(/:(\d+)\] ?: unknown keyword '([^']+)'/g)].map(([, line, word]) => [
    line,
    word,
  ]);

  const found = LINES.map((_, index) => {
    const lines = text.split('\n').slice(2 * index, 2 * index + 2);
    return parseHaproxy(new SourceText('haproxy.cfg', lines.join('\n')), false).troubles.map(({ span }) => [
      `${2 * index + 2}`,
      lines.join('\n').slice(span.start, span.end),
    ]);
  });

  assert.ok(refused.length > 5, run.stderr);
  assert.deepEqual(found.flat(), refused);
});

test('words that are filled in, of modules or of templates, are no mistakes', () => {
  const troubles = (text: string, example = false) =>
    parseHaproxy(new SourceText('haproxy.cfg', text), example).troubles.map(({ what }) => what);

  const own = 'frontend f\n  waf on\n  bnd :1\n';
  assert.deepEqual(troubles(own), [
    "haproxy: 'waf' is no keyword of a frontend section",
    "haproxy: 'bnd' is no keyword of a frontend section; did you mean 'bind'?",
  ]);
  assert.deepEqual(troubles(own, true), []);
  assert.deepEqual(troubles(`global\n  module-load waf.so\n${own}`), []);
  assert.deepEqual(troubles('frontend f\n  ${MORE}\n  {{ bind }} :1\n  reqadd X-A:\\ b\n'), []);
  assert.equal(troubles(`backend b\n${'x\n'.repeat(50)}`).length, 5);
  assert.deepEqual(troubles('frontend f\nconstructor x\n  mode http\n'), [
    "haproxy: 'constructor' is no keyword of a frontend section",
  ]);
});
