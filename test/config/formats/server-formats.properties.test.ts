import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ConfigFormat } from '../../../src/config/formats/format.ts';
import { SERVER_FORMATS } from '../../../src/config/formats/servers.ts';
import { joinTraefik } from '../../../src/config/traefik/join.ts';
import { anyText } from '../../support/any-text.ts';
import { everything, readTree } from '../../support/read-config.ts';

/*
 * Whatever stands in a file: its reader answers, what it names stands where it says, and a second reading says the same.
 */

/** Words that each format knows, to be strewn about; what lies between them decides how deep a reader gets. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  nginx: [
    ...[
      'http {',
      'server {',
      'stream {',
      'location / {',
      'location ~ ^/v1 {',
      'if ($http_x_api_key = "") {',
      '}',
      '}',
      ';',
    ],
    ...['listen 80;', 'listen [::]:443 ssl;', 'listen ${PORT};', 'server_name a.test b.test;', 'return 401;'],
    ...[
      'proxy_pass http://a:1;',
      'proxy_pass https://$up/;',
      'set $up "b:2";',
      'upstream a { server c:3; }',
      '${HTTPS}',
    ],
    ...[
      'map $http_authorization $ok { default 0; "x" 1; }',
      'auth_basic "x";',
      'auth_basic_user_file f;',
      'allow 10.0.0.0/8;',
    ],
    ...[
      'deny all;',
      'satisfy any;',
      'include x.conf;',
      'ssl_protocols TLSv1 TLSv1.2;',
      "ssl_ciphers 'HIGH:!aNULL';",
      '{% if x %}',
    ],
    ...[
      '{{ name }}',
      'content_by_lua_block { local a = "}" }',
      'limit_except GET { deny all; }',
      '# a',
      '"',
      "'",
      '\\',
      '$',
    ],
  ],
  caddyfile: [
    ...[
      'a.test {\n',
      ':8080 {\n',
      'http://b.test, c.test {\n',
      '{\n',
      '}\n',
      '(s) {\n',
      'import s x\n',
      '{$SITE:d.test} {\n',
    ],
    ...[
      'reverse_proxy a:1 https://b:2\n',
      'reverse_proxy {\n to c:3\n}\n',
      '@m header Authorization x\n',
      'respond @m 401\n',
    ],
    ...[
      'basic_auth /x* {\n u p\n}\n',
      'handle_path /y/* {\n',
      'route {\n',
      'tls internal\n',
      'tls a b {\n',
      'protocols tls1.2\n',
    ],
    ...[
      'not remote_ip private_ranges\n',
      'forward_auth x:9 {\n',
      '# c\n',
      '"',
      '`',
      '\\\n',
      '<<E\n',
      'E\n',
      '{args[0]}',
      '{$X}',
      'bind 127.0.0.1\n',
    ],
  ],
  systemd: [
    ...[
      '[Unit]\n',
      '[Service]\n',
      '[Socket]\n',
      '[Install]\n',
      'ExecStart=/bin/ollama serve\n',
      'ExecStart=\n',
      'ExecStart=-/bin/sh -c "a b" ; c\n',
    ],
    ...[
      'Environment="A=b c" D=e\n',
      'Environment=A=%h\n',
      'EnvironmentFile=-/etc/x.env\n',
      'User = x # y\n',
      'ListenStream=[::]:80\n',
    ],
    ...[
      'ListenStream=/run/x\n',
      '\\\n',
      '; c\n',
      '# c\n',
      '"',
      "'",
      '=',
      '%',
      '$A ',
      '${A}',
      'Environment=\n',
      '[',
      ']',
    ],
  ],
  quadlet: [
    ...[
      '[Container]\n',
      '[Pod]\n',
      '[Kube]\n',
      'Image=docker.io/ollama/ollama\n',
      'PublishPort=1:2\n',
      'PublishPort=[::1]:1:2/udp\n',
    ],
    ...[
      'PublishPort=::\n',
      'PodmanArgs=-p 3:4 --network=host\n',
      'PodmanArgs=-e A=b -p5:6\n',
      'Network=host\n',
      'Secret=a,type=env,target=B\n',
    ],
    ...[
      'Exec=serve "a b"\n',
      'Entrypoint=["a","b"]\n',
      'Volume=a:b:ro\n',
      'Environment=A=b\n',
      '\\\n',
      '"',
      '=',
      '[',
      '# c\n',
      'Yaml=x\n',
    ],
  ],
  supervisor: [
    ...[
      '[supervisord]\n',
      '[program:a]\n',
      '[inet_http_server]\n',
      'command=a b "c"\n',
      'environment=A="b",C=d\n',
      'port=*:9001\n',
    ],
    ...[
      ' more\n',
      'command=bash -c "x"\n',
      'user=%(ENV_X)s\n',
      'nodaemon=true\n',
      '; c\n',
      ' ; c\n',
      '"',
      ',',
      '=',
      ':',
      '[',
      ']\n',
    ],
  ],
  haproxy: [
    ...[
      'global\n',
      'defaults\n',
      'frontend a\n',
      'listen b\n',
      'backend c\n',
      'userlist u\n',
      ' bind :80,[::]:443 ssl crt x\n',
      ' mode http\n',
    ],
    ...[
      ' acl k hdr(x-api-key) -m str y\n',
      ' http-request deny unless k or { src 10.0.0.0/8 }\n',
      ' http-request auth if !k\n',
      ' use_backend c if { path_beg /v1 }\n',
    ],
    ...[
      ' default_backend c\n',
      ' server s 10.0.0.1:80 ssl verify none\n',
      ' server t unix@/x\n',
      '"',
      "'",
      '\\ ',
      '\\\n',
      '# c\n',
      '{',
      '}',
      '!',
    ],
  ],
  traefik: [
    ...[
      'http:\n',
      '  routers:\n',
      '    a:\n',
      '      rule: Host(`x`)\n',
      '      service: s\n',
      '      middlewares: [m]\n',
      '      tls: {}\n',
    ],
    ...[
      '  services:\n',
      '    s:\n',
      '      loadBalancer:\n',
      '        servers:\n',
      '          - url: http://b:1\n',
      '  middlewares:\n',
      '    m:\n',
    ],
    ...[
      '      basicAuth:\n',
      '        users: [a]\n',
      'entryPoints:\n',
      '  web:\n',
      '    address: ":80"\n',
      '&a ',
      '*a\n',
      '{{ x }}',
      '"',
      '[',
      '}',
      ': ',
    ],
  ],
};

for (const { id, load } of SERVER_FORMATS) {
  test(`${id}: any file is answered, and what is named stands where it is said to`, async () => {
    const words = WORDS[id];
    assert.ok(words, `no words for ${id}`);
    const format = await load();
    const soup = fc.array(
      fc.oneof(
        { weight: 12, arbitrary: fc.constantFrom(...words) },
        { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
      ),
      { maxLength: 40 },
    );
    const joined = fc.tuple(soup, fc.constantFrom('', ' ', '\n', '\r\n')).map(([parts, glue]) => parts.join(glue));

    await fc.assert(
      fc.asyncProperty(joined, (text) => holdsOf(format, nameOf(id), text)),
      { numRuns: 400 },
    );
    await fc.assert(
      fc.asyncProperty(anyText(200), (text) => holdsOf(format, nameOf(id), text)),
      { numRuns: 100 },
    );
  });
}

function nameOf(id: string): string {
  return { caddyfile: 'Caddyfile', systemd: 'x.service', quadlet: 'x.container', traefik: 'x.yml' }[id] ?? `${id}.conf`;
}

async function holdsOf(format: ConfigFormat, name: string, text: string): Promise<void> {
  const { declarations, sources } = await readTree(format, { [name]: text });
  const joined = { ...declarations, more: joinTraefik(declarations.processes, declarations.traefik) };
  const { values, spans } = everything(joined);
  for (const span of spans) {
    const source = sources.get(span.file);
    assert.ok(source, `${JSON.stringify(span)} is in no file`);
    assert.ok(span.start >= 0 && span.start <= span.end && span.end <= text.length, JSON.stringify(span));
  }
  for (const value of values) {
    // Escapes, quotes and what stands for something else make a text differ in length from its place.
    const slice = sources.get(value.span.file)?.slice(value.span) ?? '';
    if (value.kind === 'default' || value.via.length > 0 || slice.length !== value.text.length) continue;
    // YAML folds line breaks into spaces.
    assert.equal(slice.replaceAll(/\s/g, ' '), value.text.replaceAll(/\s/g, ' '));
  }
  const again = await readTree(format, { [name]: text });
  assert.deepEqual(again.declarations, declarations);
}
