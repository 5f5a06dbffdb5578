import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from 'node:tls';
import type { ProxyListener } from '../../../src/config/deployment/declarations.ts';
import { caddyJson } from '../../../src/config/formats/caddy-json/index.ts';
import { caddyfile } from '../../../src/config/formats/caddyfile/index.ts';
import { adaptedByCaddy } from '../../support/front.ts';
import { requireProgram } from '../../support/program.ts';
import { readTree } from '../../support/read-config.ts';
import { freePorts, startServer, temporaryFolder } from '../../support/running.ts';

/*
 * Which of a site's addresses speak TLS, and on which port: the reader's answer held against Caddy's own.
 */

/** `HTTP` and `HTTPS` are the standard ports, `PORT` is one of its own. */
const ADDRESSES: readonly (readonly [address: string, body?: string])[] = [
  ['http://a.test:PORT'],
  ['https://b.test:PORT'],
  ['localhost:PORT'],
  [':PORT'],
  ['127.0.0.1:PORT'],
  ['c.test:PORT'],
  [':PORT', 'tls internal'],
  [':PORT', 'tls {\nprotocols tls1.2\n}'],
  ['http://:PORT', 'tls internal'],
  ['http://:PORT'],
  ['https://:PORT'],
  ['http://d.test:PORT, http://e.test:PORT'],
  ['f.test'],
  ['http://g.test'],
  ['h.test:HTTP'],
  ['i.test:HTTPS'],
  ['j.test/path'],
];

for (const autoHttps of ['disable_redirects', 'off']) {
  test(`Caddy speaks TLS where the reader says so, auto_https ${autoHttps}`, async (t) => {
    const program = requireProgram(t, 'caddy');
    if (program === null) return;
    const [http = 0, https = 0, ...ports] = await freePorts(2 + ADDRESSES.length);
    const sites = ADDRESSES.map(([address, body = ''], index) => {
      const written = address.replaceAll('PORT', `${ports[index]}`).replace('HTTPS', `${https}`);
      return `${written.replace('HTTP', `${http}`)} {\n${body}\nreverse_proxy 127.0.0.1:1\n}`;
    });
    const options = [`http_port ${http}`, `https_port ${https}`, `auto_https ${autoHttps}`, 'default_bind 127.0.0.1'];
    const global = `{\n${['admin off', 'local_certs', 'skip_install_trust', ...options].join('\n')}\n}`;
    const text = `${global}\n${sites.join('\n')}\n`;
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'Caddyfile'), text);

    const { declarations } = await readTree(caddyfile, { Caddyfile: text });
    const listeners = declarations.proxies.flatMap((proxy) =>
      proxy.listeners.map((listener) => ({ ...listener, proxy })),
    );
    const doors = [...new Set(listeners.map(({ port }) => Number(port?.text)))];
    const home = { HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
    await startServer(
      t,
      program,
      ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'],
      doors,
      home,
    );

    const said: Record<string, string> = {};
    const seen: Record<string, string> = {};
    for (const { port, tls, proxy, span } of listeners) {
      const host = proxy.routes[0]?.hosts[0]?.text ?? 'localhost';
      const site = `${text.slice(span.start, span.end)} on ${port?.text}`;
      said[site] = tls;
      seen[site] = (await speaksTls(Number(port?.text), host)) ? 'on' : 'off';
    }
    assert.equal(listeners.length, sites.length + 1);
    assert.deepEqual(said, seen);
    const json = await readTree(caddyJson, { 'caddy.json': adaptedByCaddy(t, program, [text]) });
    const byPort = (all: readonly ProxyListener[]) =>
      [...new Set(all.map((one) => `${one.port?.text} ${one.tls}`))].sort();
    assert.deepEqual(byPort(json.declarations.proxies.flatMap((proxy) => proxy.listeners)), byPort(listeners));
  });
}

async function speaksTls(port: number, name: string): Promise<boolean> {
  const servername = /^[\d.]+$/.test(name) ? undefined : name;
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...(servername ? { servername } : {}) });
  const outcome = await new Promise((resolve) => {
    socket.once('secureConnect', () => resolve(true));
    // An alert is TLS as well: there is merely no certificate for that name.
    socket.once('error', ({ message }) => resolve(/alert/i.test(message)));
  });
  socket.destroy();
  return outcome === true;
}
