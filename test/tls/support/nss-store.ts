import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A certificate store of NSS that trusts what is given: what Chromium on Linux and Firefox take their authorities from. */
export async function nssStore(folder: string, authorities: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await run('certutil', ['-N', '--empty-password', '-d', `sql:${folder}`]);
  for (const [index, pem] of authorities.entries()) {
    const file = join(folder, `authority-${index}.pem`);
    writeFileSync(file, pem);
    // An authority, or a peer that is trusted itself.
    const trust = new X509Certificate(pem).ca ? 'C,,' : 'P,,';
    await run('certutil', ['-A', '-d', `sql:${folder}`, '-t', trust, '-n', `authority ${index}`, '-i', file]);
  }
}
