import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface KeyPair {
  readonly keyFile: string;
  readonly certificateFile: string;
  /** Certificate and key in one file, as HAProxy wants them. */
  readonly bundleFile: string;
  readonly key: string;
  readonly cert: string;
}

export interface CertificateWish {
  readonly commonName?: string;
  /** As OpenSSL writes them: `DNS:box.test`, `IP:127.0.0.1`. */
  readonly names?: readonly string[];
  /** Ended a day ago. */
  readonly expired?: boolean;
  /** Arguments of `openssl req -newkey`; a P-256 key when not given. */
  readonly key?: readonly string[];
}

const folders: string[] = [];

/** A fresh self-signed certificate in a temporary folder that goes away with the process. */
export function makeCertificate(wish: CertificateWish = {}): KeyPair {
  const folder = mkdtempSync(join(tmpdir(), 'postern-test-'));
  if (folders.push(folder) === 1)
    process.once('exit', () => {
      for (const one of folders) rmSync(one, { recursive: true, force: true });
    });
  const keyFile = join(folder, 'key.pem');
  const certificateFile = join(folder, 'certificate.pem');
  const bundleFile = join(folder, 'bundle.pem');
  const newKey = wish.key ?? ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const subject = ['-subj', `/CN=${wish.commonName ?? 'box.test'}`];
  const names = `subjectAltName=${(wish.names ?? ['DNS:box.test', 'IP:127.0.0.1']).join(',')}`;
  const output = ['-keyout', keyFile, '-out', certificateFile];
  openssl(['req', '-x509', '-newkey', ...newKey, '-nodes', ...subject, '-addext', names, ...output]);
  if (wish.expired === true) {
    openssl(['x509', '-in', certificateFile, '-signkey', keyFile, '-days', '-1', '-out', certificateFile]);
  }
  const key = readFileSync(keyFile, 'utf8');
  const cert = readFileSync(certificateFile, 'utf8');
  writeFileSync(bundleFile, cert + key);
  return { keyFile, certificateFile, bundleFile, key, cert };
}

function openssl(args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
