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

/** Names of suites by IANA, for each version that accepts any. */
export type NamedOpinion = Partial<Record<TlsVersion, readonly string[]>>;

export async function nmapSuites(program: string, port: number): Promise<NamedOpinion> {
  const { stdout } = await run(
    program,
    ['-n', '-Pn', '-p', String(port), '--script', 'ssl-enum-ciphers', '127.0.0.1'],
    { timeout: 120_000 },
  );
  const named: Record<string, string[]> = {};
  let version = '';
  for (const line of stdout.split('\n')) {
    version = /^\|\s+((?:SSL|TLS)v[\d.]+):/.exec(line)?.[1] ?? version;
    const suite = /^\|\s+((?:TLS|SSL)_\S+).* - (?:[A-F]|unknown)$/.exec(line)?.[1];
    if (suite === undefined) continue;
    // Of TLS 1.3 it says which hash stands in the name's middle, in its own way.
    named[version] = [...(named[version] ?? []), suite.replace(/^TLS_AKE_WITH_/, 'TLS_')];
  }
  return named as NamedOpinion;
}

function count(versions: readonly string[]): Opinion {
  const found: Record<string, number> = {};
  for (const version of versions) found[version] = (found[version] ?? 0) + 1;
  return found as Opinion;
}
