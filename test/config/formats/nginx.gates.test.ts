import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { nginx } from '../../../src/config/formats/nginx/index.ts';
import { startNginx } from '../../support/front.ts';
import { requireProgram } from '../../support/program.ts';
import { readTree } from '../../support/read-config.ts';
import { freePort, temporaryFolder } from '../../support/running.ts';
import { markedUpstream, observedGate } from '../../support/strangers.ts';

/*
 * The reader says what guards a location; nginx itself says who gets through.
 */

const MAPS = [
  'map $http_authorization $known { default 0; "Bearer secret-of-the-test" 1; }',
  'map $http_x_api_key $client { default ""; "key-of-the-test" "somebody"; }',
  'map $http_authorization $shaped { default 0; "~^Bearer .+$" 1; }',
  'map $known$client $refused { default 0; "0" 1; }',
  'map $http_authorization $realm { default "members"; "Bearer secret-of-the-test" "off"; }',
  'geo $insider { default 0; 192.0.2.0/24 1; }',
];

const LOCATIONS: Readonly<Record<string, string>> = {
  '/open/': '',
  '/basic/': 'auth_basic "x"; auth_basic_user_file FILE;',
  '/basic-off/': 'auth_basic off; auth_basic_user_file FILE;',
  '/basic-without-file/': 'auth_basic "x";',
  '/basic-by-map/': 'auth_basic $realm; auth_basic_user_file FILE;',
  '/nobody/': 'deny all;',
  '/some/': 'allow 192.0.2.0/24; deny all;',
  '/deny-some/': 'deny 192.0.2.0/24;',
  '/allow-first/': 'allow all; deny all;',
  '/any/': 'satisfy any; allow 192.0.2.0/24; deny all; auth_basic "x"; auth_basic_user_file FILE;',
  '/any-without-deny/': 'satisfy any; allow 192.0.2.0/24; auth_basic "x"; auth_basic_user_file FILE;',
  '/any-open/': 'satisfy any; allow all; auth_basic "x"; auth_basic_user_file FILE;',
  '/any-without-file/': 'satisfy any; allow 192.0.2.0/24; deny all; auth_basic "x";',
  '/all/': 'satisfy all; allow all; auth_basic "x"; auth_basic_user_file FILE;',
  '/request/': 'auth_request /ask;',
  '/request-off/': 'auth_request off;',
  '/if-equal/': 'if ($http_authorization != "Bearer secret-of-the-test") { return 401; }',
  '/if-empty/': 'if ($http_authorization = "") { return 401; }',
  '/if-shape/': 'if ($http_authorization !~ "^Bearer \\S+$") { return 401; }',
  '/if-pattern/': 'if ($http_authorization !~* "bearer secret-of-the-test") { return 403; }',
  '/if-closed/': 'if ($http_x_api_key != "key-of-the-test") { return 444; }',
  '/if-cookie/': 'if ($cookie_session != "session-of-the-test") { return 403; }',
  '/if-host/': 'if ($host = "somewhere.else.test") { return 404; }',
  '/if-method/': 'if ($request_method = POST) { return 405; }',
  '/map-known/': 'if ($known = 0) { return 401; }',
  '/map-truth/': 'if ($client) { set $let_in 1; } if ($let_in != 1) { return 401; }',
  '/map-client/': 'if ($client = "") { return 401; }',
  '/map-shape/': 'if ($shaped = 0) { return 401; }',
  '/map-of-maps/': 'if ($refused) { return 401; }',
  '/geo/': 'if ($insider = 0) { return 403; }',
  '/set/':
    'set $ok 0; if ($http_authorization = "Bearer secret-of-the-test") { set $ok 1; } if ($ok = 0) { return 401; }',
  '/set-upside-down/': 'set $ok 1; if ($http_authorization = "") { set $ok 0; } if ($ok = 0) { return 401; }',
  '/set-order/': 'if ($ok = 0) { return 401; } set $ok 0;',
  '/except/': 'limit_except GET { deny all; }',
  '/except-post/': 'limit_except POST { auth_basic "x"; auth_basic_user_file FILE; }',
  '/referer/': 'if ($http_referer = "https://never.test/") { return 403; }',
};
/** A certain path below an ordinary one is served otherwise: the rule is what holds for the rest. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  '/health-free/': 'set $ask 1; if ($uri = /health-free/health) { set $ask 0; } if ($ask) { return 401; }',
};

test('nginx lets through whom the reader says it lets through', async (t) => {
  const program = requireProgram(t, 'nginx');
  if (program === null) return;
  const upstream = await markedUpstream(t);
  const port = await freePort();
  const users = join(temporaryFolder(t), 'users');
  writeFileSync(users, 'somebody:$apr1$abcdefgh$1234567890123456789012\n');
  const locations = Object.entries({ ...LOCATIONS, ...EXCEPTIONS }).map(
    ([path, body]) => `location ${path} { ${body.replaceAll('FILE', users)} proxy_pass http://127.0.0.1:${upstream}; }`,
  );
  const server = `server { listen 127.0.0.1:${port}; set $ok ""; set $let_in ""; location = /ask { return 401; } ${locations.join('\n')} }`;

  await startNginx(t, program, [port], [server], MAPS);
  const { declarations } = await readTree(nginx, { 'nginx.conf': `http { ${MAPS.join('\n')} ${server} }` });

  const routes = declarations.proxies.flatMap((proxy) => proxy.routes);
  const said = Object.fromEntries(routes.map(({ path, gate }) => [path, gate.state]));
  const seen = Object.fromEntries(
    await Promise.all(
      routes.map(async ({ path }) => [path, await observedGate(port, `${path}ordinary-path`)] as const),
    ),
  );
  assert.equal(routes.length, locations.length);
  assert.deepEqual(said, seen);
});

test('what nginx inherits, it inherits by the block', async (t) => {
  const program = requireProgram(t, 'nginx');
  if (program === null) return;
  const upstream = await markedUpstream(t);
  const [port, users] = [await freePort(), join(temporaryFolder(t), 'users')];
  writeFileSync(users, 'somebody:$apr1$abcdefgh$1234567890123456789012\n');
  const pass = `proxy_pass http://127.0.0.1:${upstream};`;
  const server = `server {
    listen 127.0.0.1:${port};
    auth_basic "x"; auth_basic_user_file ${users};
    allow 192.0.2.0/24; deny all;
    location /inherits/ { ${pass} }
    location /own-list/ { allow all; ${pass} }
    location /off/ { auth_basic off; ${pass} }
    location /both/ { auth_basic off; allow all; ${pass} location /both/inner/ { auth_basic "y"; ${pass} } }
    location /any/ { satisfy any; allow all; ${pass} }
    location ~ ^/pattern/ { auth_basic off; allow all; if ($http_x_api_key != key-of-the-test) { return 403; } ${pass} }
  }`;

  await startNginx(t, program, [port], [server]);
  const { declarations } = await readTree(nginx, { 'sites-enabled/ai': server });

  const routes = declarations.proxies.flatMap((proxy) => proxy.routes);
  const said = routes.map(({ path, gate }) => [path, gate.state]);
  const seen: [string, string][] = [];
  for (const { path } of routes) {
    const asked = path.startsWith('^') ? path.slice(1) : path;
    seen.push([path, await observedGate(port, `${asked}ordinary-path`)]);
  }
  assert.equal(routes.length, 7);
  assert.deepEqual(said, seen);
});
