import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { startServer, temporaryFolder } from './running.ts';

/*
 * Real reverse proxies with a configuration of the test's, one process each, until the test ends.
 */

/** `servers` are server blocks of nginx, `http` what stands before them. */
export async function startNginx(
  t: TestContext,
  program: string,
  ports: readonly number[],
  servers: readonly string[],
  http: readonly string[] = [],
): Promise<void> {
  const folder = temporaryFolder(t);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder};`);
  const lines = ['access_log off;', 'keepalive_timeout 65s;', ...temporary, ...http, ...servers];
  const file = join(folder, 'nginx.conf');
  const main = `daemon off; master_process off; pid ${folder}/pid;`;
  writeFileSync(file, `${main}\nevents {}\nhttp {\n${lines.join('\n')}\n}\n`);
  // With standard error as its log it turned every connection away in one run of two beside other tests.
  await startServer(t, program, ['-p', folder, '-e', join(folder, 'error.log'), '-c', file], ports);
}

/** `sites` are site blocks of a Caddyfile, each with an address of its own. */
export async function startCaddy(
  t: TestContext,
  program: string,
  ports: readonly number[],
  sites: readonly string[],
): Promise<void> {
  const folder = temporaryFolder(t);
  const file = join(folder, 'Caddyfile');
  const global = '{\n\tadmin off\n\tauto_https off\n\tskip_install_trust\n}';
  writeFileSync(file, `${[global, ...sites].join('\n')}\n`);
  const home = { HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
  await startServer(t, program, ['run', '--config', file, '--adapter', 'caddyfile'], ports, home);
}

/** The JSON that Caddy makes of site blocks. */
export function adaptedByCaddy(t: TestContext, program: string, sites: readonly string[]): string {
  const file = join(temporaryFolder(t), 'Caddyfile');
  writeFileSync(file, `${sites.join('\n')}\n`);
  return execFileSync(program, ['adapt', '--config', file, '--adapter', 'caddyfile'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 20_000,
  });
}

/** `sections` are the front ends, back ends and user lists of an HAProxy configuration. */
export async function startHaproxy(
  t: TestContext,
  program: string,
  ports: readonly number[],
  sections: readonly string[],
): Promise<void> {
  const file = join(temporaryFolder(t), 'haproxy.cfg');
  const defaults = 'defaults\n  mode http\n  timeout connect 2s\n  timeout client 30s\n  timeout server 30s';
  writeFileSync(file, `${['global', defaults, ...sections].join('\n')}\n`);
  await startServer(t, program, ['-f', file, '-db'], ports);
}
