import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { TlsVersion } from '../../../src/model/tls.ts';

const run = promisify(execFile);

/** Accepted suites per version as another scanner sees them, by OpenSSL or IANA name; versions without any are left out. */
export type Opinion = Partial<Record<TlsVersion, number>>;

/** sslscan names a suite once for each version; it lists no suites of SSLv3. */
export async function sslscan(program: string, port: number): Promise<Opinion> {
  const { stdout } = await run(program, ['--no-colour', '--no-heartbleed', '--no-renegotiation', `127.0.0.1:${port}`], {
    timeout: 60_000,
  });
  return count([...stdout.matchAll(/^(?:Accepted|Preferred)\s+(TLSv1\.[0-3])\s/gm)].map(([, version = '']) => version));
}

export async function nmap(program: string, port: number): Promise<Opinion> {
  const { stdout } = await run(
    program,
    ['-n', '-Pn', '-p', String(port), '--script', 'ssl-enum-ciphers', '127.0.0.1'],
    { timeout: 120_000 },
  );
  const versions: string[] = [];
  let version = '';
  for (const line of stdout.split('\n')) {
    version = /^\|\s+((?:SSL|TLS)v[\d.]+):/.exec(line)?.[1] ?? version;
    if (/^\|\s+(?:TLS|SSL)_\S+.* - (?:[A-F]|unknown)$/.test(line)) versions.push(version);
  }
  return count(versions);
}

function count(versions: readonly string[]): Opinion {
  const found: Record<string, number> = {};
  for (const version of versions) found[version] = (found[version] ?? 0) + 1;
  return found as Opinion;
}
