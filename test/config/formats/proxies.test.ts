import assert from 'node:assert/strict';
import { test } from 'node:test';
import { known } from '../../../src/config/deployment/value.ts';
import { caddyfile } from '../../../src/config/formats/caddyfile/index.ts';
import { compose } from '../../../src/config/formats/compose/index.ts';
import { haproxy } from '../../../src/config/formats/haproxy/index.ts';
import { nginx } from '../../../src/config/formats/nginx/index.ts';
import { traefik } from '../../../src/config/formats/traefik/index.ts';
import { joinTraefik } from '../../../src/config/traefik/join.ts';
import { readTree, routesInShort } from '../../support/read-config.ts';

const LISTENS: readonly (readonly [listen: string, door: string])[] = [
  ['listen 80;', '*:80'],
  ['listen *:81 default_server;', '*:81'],
  ['listen 127.0.0.1:82;', '127.0.0.1:82'],
  ['listen localhost:83;', 'localhost:83'],
  ['listen [::]:84 ssl http2;', '[::]:84/tls'],
  ['listen [::1]:85;', '[::1]:85'],
  ['listen 192.0.2.1;', '192.0.2.1:80'],
  ['listen 443 quic reuseport;', '*:443/tls'],
  ['listen unix:/run/x.sock;', 'unix:/run/x.sock'],
  ['listen ${PORT};', '*:?'],
  ['', '*:80'],
  ['listen 86; ssl on;', '*:86/tls'],
];

for (const [listen, door] of LISTENS) {
  test(`nginx listens for ${JSON.stringify(listen)} on ${door}`, async () => {
    const { declarations } = await readTree(nginx, {
      'nginx.conf': `server { ${listen} location / { proxy_pass http://a; } }`,
    });

    assert.deepEqual(routesInShort(declarations), [`${door} / -> http://a:80 off`]);
  });
}

test('nginx: pools, variables, sockets and what only the request decides', async () => {
  const text = `
    upstream pool { least_conn; server a:1 weight=2; server unix:/run/b.sock; server 192.0.2.1; }
    server {
      listen 80;
      set $models "c:2";
      location /pool/ { proxy_pass http://pool/v1/; }
      location /set/ { proxy_pass http://$models; }
      location /socket/ { proxy_pass http://unix:/run/d.sock:/v1/; }
      location /chosen/ { proxy_pass http://$arg_host; }
      location /filled/ { proxy_pass http://\${MODELS_HOST}:11434; }
      location /secure/ { proxy_pass https://e; }
      location /answered/ { return 404; proxy_pass http://f; }
      location /inside/ { internal; proxy_pass http://g; }
    }
    server { listen 80; server_name old.test; return 301 https://$host$request_uri; location / { proxy_pass http://h; } }
    stream { server { listen 6379; proxy_pass i:6379; } }`;

  const { declarations } = await readTree(nginx, { 'nginx.conf': text });

  assert.deepEqual(routesInShort(declarations), [
    '*:80 /pool/ -> http://a:1,unix:/run/b.sock,192.0.2.1:80 off',
    '*:80 /set/ -> http://c:2 off',
    '*:80 /socket/ -> http://unix:/run/d.sock off',
    '*:80 /chosen/ -> http://? off',
    '*:80 /filled/ -> http://?:11434 off',
    '*:80 /secure/ -> https://e:443 off',
    '*:6379 / -> tcp://i:6379 off',
  ]);
});

test('nginx: what is included stands where it is included, and what is missing may guard', async () => {
  const files = {
    'nginx/nginx.conf': 'http { include /etc/nginx/conf.d/*.conf; include mime.types; }',
    'nginx/conf.d/a.conf': 'server { listen 80; include snippets/members.conf; location / { proxy_pass http://a; } }',
    'nginx/conf.d/b.conf': 'server { listen 81; location / { include snippets/gone.conf; proxy_pass http://b; } }',
    'nginx/conf.d/c.conf': 'server { listen 82; location / { include proxy_params; proxy_pass http://c; } }',
    'nginx/conf.d/d.conf': 'include d.conf; server { listen 83; ${GUARD}\n location / { proxy_pass http://d; } }',
    'nginx/snippets/members.conf': 'auth_basic "x"; auth_basic_user_file users;',
  };

  const { declarations } = await readTree(nginx, files);

  assert.deepEqual(routesInShort(declarations), [
    '*:80 / -> http://a:80 on(basic)',
    '*:81 / -> http://b:80 unknown(include)',
    '*:82 / -> http://c:80 off',
    '*:83 / -> http://d:80 unknown(template)',
  ]);
});

test('nginx: broken files are troubles, and what can be read is read', async () => {
  const text =
    'server { listen 80; location / { proxy_pass http://a; } } } server { listen 81; location / { proxy_pass http://b }';

  const { declarations } = await readTree(nginx, { 'nginx.conf': text });

  assert.deepEqual(routesInShort(declarations), ['*:80 / -> http://a:80 off', '*:81 / -> http://b:80 off']);
  assert.deepEqual(
    declarations.troubles.map(({ what }) => what),
    ['a `}` that closes nothing', 'proxy_pass is not ended by `;`', 'the block of server is not closed'],
  );
});

test('Caddy: globals, snippets with arguments, files, defaults of the environment', async () => {
  const files = {
    Caddyfile: `{
	https_port 8443
	default_bind 127.0.0.1
}
(proxied) {
	reverse_proxy {args[0]}:{args[1]}
}
import sites/*.caddy
a.test, http://b.test {
	import proxied models 11434
}
{$SITE:c.test} {
	reverse_proxy {$MODELS:localhost:8000}
}
{$UNSET} {
	reverse_proxy {$MODELS_HOST}
}
d.test {
	import gone
	reverse_proxy :9000 h2c://e unix//run/f.sock
}
`,
    'sites/g.caddy': 'g.test {\n\tbind 192.0.2.1\n\treverse_proxy https://h\n}\n',
  };

  const { declarations } = await readTree(caddyfile, files);

  assert.deepEqual(routesInShort(declarations), [
    '192.0.2.1:8443/tls / -> https://h:443 off',
    '127.0.0.1:8443/tls,127.0.0.1:80 / -> http://models:11434 off',
    '127.0.0.1:8443/tls / -> http://localhost:8000 off',
    '127.0.0.1/? / -> http://? off',
    '127.0.0.1:8443/tls / -> http://localhost:9000,e:80,unix:/run/f.sock unknown(import)',
  ]);
  const [given] = declarations.proxies[1]?.routes[0]?.upstream.targets ?? [];
  assert.equal(files.Caddyfile.slice(given?.host.span.start, given?.host.span.end), '{args[0]}:{args[1]}');
});

test('Caddy: a site without braces is all of the file', async () => {
  const { declarations } = await readTree(caddyfile, {
    Caddyfile: ':8080\n\nbasic_auth {\n\tu h\n}\nreverse_proxy a:1\n',
  });

  assert.deepEqual(routesInShort(declarations), ['*:8080 / -> http://a:1 on(basic)']);
});

test('HAProxy: addresses of a bind, servers of a pool, and where a condition leads', async () => {
  const text = `
frontend f
  bind :80,[::]:81
  bind 127.0.0.1:443 ssl crt /x.pem
  use_backend far if { path_beg /v1 }
  default_backend near
backend near
  mode http
  server a unix@/run/a.sock
backend far
  mode http
  server-template b 3 models.test:8443 ssl ca-file /ca.pem
listen db
  bind :5432
  server c 10.0.0.1:5432 check
`;

  const { declarations } = await readTree(haproxy, { 'haproxy.cfg': text });

  assert.deepEqual(routesInShort(declarations), [
    '*:80,[::]:81,127.0.0.1:443/tls /v1 -> https://models.test:8443 off',
    '*:80,[::]:81,127.0.0.1:443/tls / -> http://unix:/run/a.sock off',
    '*:5432 / -> tcp://10.0.0.1:5432 off',
  ]);
  assert.deepEqual(declarations.proxies[0]?.routes[0]?.upstream.verify?.on, true);
});

test('Traefik: flags, labels and files together', async () => {
  const stack = await readTree(compose, {
    'compose.yml': `services:
  proxy:
    image: docker.io/library/traefik:v3
    command: ["--entrypoints.web.address=:80", "--entrypoints.web.http.redirections.entrypoint.to=secure", "--entrypoints.secure.address=:443", "--entrypoints.secure.http.middlewares=limits@file"]
  a:
    labels:
      traefik.http.routers.a.rule: Host(\`a.test\`) && PathPrefix(\`/v1\`)
      traefik.http.routers.a.tls: true
      traefik.http.routers.a.middlewares: chained@file
      traefik.http.services.a.loadbalancer.server.port: 11434
  b:
    labels: ["traefik.enable=true"]
  c:
    labels: ["traefik.http.routers.c.rule=Host(\`c.test\`)", "traefik.http.routers.c.middlewares=elsewhere@file"]
  d:
    labels: ["traefik.http.routers.d.rule=Host(\`d.test\`) && ClientIP(\`10.0.0.0/8\`)"]
`,
  });
  const file = await readTree(traefik, {
    'traefik/dynamic.toml': `
[http.middlewares.chained.chain]
middlewares = ["limits", "members"]
[http.middlewares.limits.rateLimit]
average = 1
[http.middlewares.members.digestAuth]
users = ["u:r:h"]
[http.routers.e]
rule = "Host(\`e.test\`)"
service = "e"
[[http.services.e.loadBalancer.servers]]
url = "https://192.0.2.1"
`,
  });

  const { proxies } = joinTraefik(stack.declarations.processes, file.declarations.traefik);

  assert.deepEqual(routesInShort({ ...stack.declarations, proxies }), [
    '*:443/tls /v1 -> http://a:11434 on(digest)',
    '*:443 / -> http://c unknown(middleware)',
    '*:443 / -> http://d on(private-networks)',
    '*:443 / -> https://192.0.2.1:443 off',
    '*:443 / -> http://b off',
  ]);
  assert.deepEqual(proxies[0]?.routes[0]?.hosts.map(known), ['a.test']);
});
