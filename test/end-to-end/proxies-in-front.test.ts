import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type StandIn, startStandIn } from '../../fixtures/lab/stand-in.ts';
import { always, answersOf } from '../support/answers.ts';
import { startCaddy, startHaproxy, startNginx } from '../support/front.ts';
import { requireProgram } from '../support/program.ts';
import { freePorts, temporaryFolder } from '../support/running.ts';
import { assertLawful, scanPort, type Verdict } from '../support/scan.ts';
import { tapInto } from '../support/tap.ts';

/*
 * AI services behind real reverse proxies, guarded well, badly and not at all. What stands behind answers as recorded;
 * what stands in front is the real thing.
 */

interface Front {
  readonly what: string;
  /** Answer file of the service behind; an Ollama unless given. */
  readonly behind?: string;
  readonly args?: readonly string[];
  readonly intermediaries?: readonly string[];
  readonly basePath?: string;
  readonly verdict: Verdict;
}

interface NginxFront extends Front {
  /** The inside of a server block. `up` is the address of the service, `folder` holds a file of passwords. */
  readonly server: (place: { up: string; folder: string; other: string }) => string;
}

const OLLAMA: Verdict = {
  service: 'ollama',
  version: '0.30.11',
  auth: 'open',
  operations: 'open, open, open',
  schemes: [],
  transport: 'plaintext',
  findings: ['critical unauthenticated-endpoint'],
  exit: 1,
};
const STRANGER: Verdict = {
  ...OLLAMA,
  service: null,
  version: null,
  auth: 'unknown',
  operations: 'unknown, unknown, unknown',
  findings: [],
  exit: 0,
};
const REFUSED: Verdict = { ...STRANGER, auth: 'guarded', operations: 'guarded, guarded, guarded' };
const WITH_PASSWORD: Verdict = {
  ...REFUSED,
  schemes: ['basic'],
  findings: ['high basic-auth-over-plaintext'],
  exit: 1,
};
/** Reading is free, writing takes a password. */
const HALF_GUARDED: Verdict = {
  ...OLLAMA,
  auth: 'partial',
  operations: 'open, guarded, guarded',
  schemes: ['basic'],
  findings: ['high basic-auth-over-plaintext', 'medium partially-guarded-endpoint'],
};

const AUTH = 'auth_basic "AI"; auth_basic_user_file passwords;';
const PAGE = '<!doctype html><html><head><title>Intranet</title></head><body></body></html>';

const NGINX: readonly NginxFront[] = [
  {
    what: 'passes everything on',
    server: ({ up }) => `location / { proxy_pass ${up}; }`,
    verdict: OLLAMA,
  },
  {
    what: 'asks for a password everywhere',
    server: ({ up }) => `${AUTH} location / { proxy_pass ${up}; }`,
    verdict: WITH_PASSWORD,
  },
  {
    what: 'asks for a password unless the method is GET',
    server: ({ up }) => `location / { limit_except GET { ${AUTH} } proxy_pass ${up}; }`,
    verdict: HALF_GUARDED,
  },
  {
    what: 'asks for a password unless the method is GET, before an open llama-server',
    behind: 'llama-server/open.http',
    server: ({ up }) => `location / { limit_except GET { ${AUTH} } proxy_pass ${up}; }`,
    verdict: {
      ...HALF_GUARDED,
      service: 'llama-server',
      version: null,
      operations: 'open, guarded, unknown',
      findings: [...HALF_GUARDED.findings, 'medium permissive-cross-origin'],
    },
  },
  {
    what: 'publishes it below /ollama, where it is looked for',
    server: ({ up }) =>
      `location / { default_type text/html; return 200 '${PAGE}'; } location /ollama/ { proxy_pass ${up}/; }`,
    basePath: '/ollama',
    verdict: OLLAMA,
  },
  {
    what: 'publishes it below a path that nobody would guess',
    server: ({ up }) =>
      `location / { default_type text/html; return 200 '${PAGE}'; } location /gpu-7/ { proxy_pass ${up}/; }`,
    verdict: STRANGER,
  },
  {
    what: 'publishes it below a path that --base-path names',
    server: ({ up }) =>
      `location / { default_type text/html; return 200 '${PAGE}'; } location /gpu-7/ { proxy_pass ${up}/; }`,
    args: ['--base-path', '/gpu-7'],
    basePath: '/gpu-7',
    verdict: OLLAMA,
  },
  {
    what: 'answers every path but /api with the same page, on a port that says nothing',
    server: ({ up }) =>
      `location / { default_type text/html; return 200 '${PAGE}'; } location /api/ { proxy_pass ${up}; }`,
    verdict: STRANGER,
  },
  {
    what: 'sends everybody to a login on another server',
    server: ({ other }) => `location / { return 302 ${other}/oauth2/start?rd=$request_uri; }`,
    verdict: { ...REFUSED, schemes: ['cookie'] },
  },
  {
    what: 'asks an authentication server first, as with oauth2-proxy',
    server: ({ up, other }) =>
      `location / { auth_request /check; error_page 401 = @login; proxy_pass ${up}; }
       location = /check { internal; proxy_pass ${other}; }
       location @login { return 302 /oauth2/sign_in?rd=$request_uri; }`,
    verdict: { ...REFUSED, schemes: ['cookie'] },
  },
  {
    what: 'lets in only other addresses',
    server: ({ up }) => `deny all; location / { proxy_pass ${up}; }`,
    verdict: REFUSED,
  },
  {
    what: 'lets a second request wait for a minute',
    server: ({ up }) => `location / { limit_req zone=slow nodelay; limit_req_status 429; proxy_pass ${up}; }`,
    verdict: STRANGER,
  },
  {
    what: 'has lost the server behind',
    server: () => 'location / { proxy_pass http://127.0.0.1:1; }',
    verdict: STRANGER,
  },
];

interface CaddyFront extends Front {
  /** The inside of a site block. */
  readonly site: (up: string) => string;
}

/** bcrypt of `secret` at the lowest cost. */
const HASH = '$2a$04$aaaaaaaaaaaaaaaaaaaaaO.jgGbgsp4ULsPn0EBtzHoXUhBqPT5oG';

const CADDY: readonly CaddyFront[] = [
  { what: 'passes everything on', site: (up) => `reverse_proxy ${up}`, verdict: OLLAMA },
  {
    what: 'asks for a password everywhere',
    site: (up) => `basicauth { \n user ${HASH} \n } \n reverse_proxy ${up}`,
    verdict: WITH_PASSWORD,
  },
  {
    what: 'asks for a password below /api only',
    site: (up) => `basicauth /api/* { \n user ${HASH} \n } \n reverse_proxy ${up}`,
    verdict: { ...HALF_GUARDED, version: null, operations: 'guarded, guarded, guarded' },
  },
];

interface HaproxyFront extends Front {
  /** Lines of the front end. */
  readonly rules: readonly string[];
}

const ASK = 'http-request auth realm AI';
const LOGGED_IN = '{ http_auth(people) }';

/** It leaves no sign of its own on what it passes on. */
const HAPROXY: readonly HaproxyFront[] = [
  { what: 'passes everything on', rules: [], verdict: OLLAMA },
  { what: 'asks for a password everywhere', rules: [`${ASK} unless ${LOGGED_IN}`], verdict: WITH_PASSWORD },
  {
    what: 'asks for a password on POST only',
    rules: [`${ASK} if { method POST } !${LOGGED_IN}`],
    verdict: HALF_GUARDED,
  },
  {
    what: 'asks for a password on POST only, before an open llama-server',
    behind: 'llama-server/open.http',
    rules: [`${ASK} if { method POST } !${LOGGED_IN}`],
    verdict: {
      ...HALF_GUARDED,
      service: 'llama-server',
      version: null,
      operations: 'open, guarded, unknown',
      findings: [...HALF_GUARDED.findings, 'medium permissive-cross-origin'],
    },
  },
  {
    what: 'asks for a password unless the path is that of a list',
    rules: [`${ASK} unless { path /api/tags /api/version / } or ${LOGGED_IN}`],
    verdict: HALF_GUARDED,
  },
];

async function assertFront(t: TestContext, port: number, front: Front): Promise<void> {
  const tap = await tapInto(t, port);

  const { verdict, endpoint } = await scanPort(tap.port, front.args);

  const seen = JSON.stringify(endpoint, null, 1);
  assert.deepEqual(verdict, front.verdict, seen);
  if (front.basePath !== undefined) assert.equal(endpoint.basePath, front.basePath, seen);
  if (front.intermediaries !== undefined) assert.deepEqual(endpoint.intermediaries, front.intermediaries, seen);
  const mounts = front.basePath === undefined ? [] : [front.basePath];
  await assertLawful(tap.received(), verdict.service, mounts);
}

test('nginx in front', { concurrency: 2 }, async (t) => {
  const nginx = requireProgram(t, 'nginx');
  if (nginx === null) return;
  const ports = await freePorts(NGINX.length);
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'passwords'), 'user:{PLAIN}secret\n');
  const login = await startStandIn(always(401, ''));
  t.after(() => login.close());
  const upstreams = await Promise.all(NGINX.map((front) => startBehind(t, front)));
  const servers = NGINX.map((front, at) => {
    const place = { up: `http://127.0.0.1:${upstreams[at]?.port}`, folder, other: `http://127.0.0.1:${login.port}` };
    return `server { listen 127.0.0.1:${ports[at]}; ${front.server(place).replaceAll('passwords', join(folder, 'passwords'))} }`;
  });
  await startNginx(t, nginx, ports, servers, ['limit_req_zone $server_port zone=slow:1m rate=1r/m;']);

  await Promise.all(
    NGINX.map((front, at) =>
      t.test(front.what, async (t) => {
        await assertFront(t, ports[at] ?? 0, { intermediaries: ['nginx'], ...front });
      }),
    ),
  );
  await t.test('no redirect was followed', () => {
    assert.deepEqual(
      login.received.filter(({ path }) => path.includes('oauth2')),
      [],
    );
  });
});

test('Caddy in front', { concurrency: 2 }, async (t) => {
  const caddy = requireProgram(t, 'caddy');
  if (caddy === null) return;
  const ports = await freePorts(CADDY.length);
  const upstreams = await Promise.all(CADDY.map((front) => startBehind(t, front)));
  const sites = CADDY.map(
    ({ site }, at) =>
      `http://127.0.0.1:${ports[at]} {\n bind 127.0.0.1\n ${site(`127.0.0.1:${upstreams[at]?.port}`)}\n}`,
  );
  await startCaddy(t, caddy, ports, sites);

  await Promise.all(
    CADDY.map((front, at) =>
      t.test(front.what, (t) => assertFront(t, ports[at] ?? 0, { intermediaries: ['Caddy'], ...front })),
    ),
  );
});

test('HAProxy in front', { concurrency: 2 }, async (t) => {
  const haproxy = requireProgram(t, 'haproxy');
  if (haproxy === null) return;
  const ports = await freePorts(HAPROXY.length);
  const upstreams = await Promise.all(HAPROXY.map((front) => startBehind(t, front)));
  const sections = HAPROXY.flatMap(({ rules }, at) => [
    `frontend front${at}`,
    `  bind 127.0.0.1:${ports[at]}`,
    ...rules.map((rule) => `  ${rule}`),
    `  default_backend back${at}`,
    `backend back${at}`,
    `  server only 127.0.0.1:${upstreams[at]?.port}`,
  ]);
  await startHaproxy(t, haproxy, ports, ['userlist people', '  user somebody insecure-password secret', ...sections]);

  await Promise.all(
    HAPROXY.map((front, at) =>
      t.test(front.what, (t) => assertFront(t, ports[at] ?? 0, { intermediaries: [], ...front })),
    ),
  );
});

async function startBehind(t: TestContext, { behind = 'ollama/open.http' }: Front): Promise<StandIn> {
  const standIn = await startStandIn(answersOf(behind));
  t.after(() => standIn.close());
  return standIn;
}
