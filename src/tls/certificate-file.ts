import { createPrivateKey, createPublicKey } from 'node:crypto';
import { UsageError } from '../model/trouble.ts';
import { type ParsedCertificate, parseCertificate } from './certificate.ts';
import { pemBlocks } from './pem.ts';

/**
 * Certificates of a PEM or DER file, leaf first as written.
 * @throws UsageError saying what the file holds instead.
 */
export function readCertificateFile(name: string, bytes: Uint8Array): ParsedCertificate[] {
  const text = new TextDecoder('latin1').decode(bytes);
  const blocks = pemBlocks(text);
  if (blocks.length === 0) {
    const single = parseCertificate(bytes);
    if (single) return [single];
    const [, begun = ''] = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text) ?? [];
    if (begun.endsWith('CERTIFICATE')) throw new UsageError(`${name}: certificate 1 is cut off or damaged`);
    if (begun !== '') throw new UsageError(`${name}: holds ${article(begun)}, not a certificate`);
    throw new UsageError(
      `${name}: not a certificate: expected PEM or DER${bytes.length === 0 ? ', and the file is empty' : ''}`,
    );
  }
  const certificates = blocks.filter(({ label }) => label.endsWith('CERTIFICATE'));
  if (certificates.length === 0)
    throw new UsageError(`${name}: holds ${article(blocks[0]?.label ?? '')}, not a certificate`);
  const parsed = certificates.map(({ der }) => parseCertificate(der));
  const damaged = parsed.indexOf(null);
  // One that is cut off is no block, and is most often the last.
  if (damaged >= 0 || [...text.matchAll(BEGUN)].length > certificates.length)
    throw new UsageError(`${name}: certificate ${(damaged < 0 ? parsed.length : damaged) + 1} is cut off or damaged`);
  return parsed.filter((certificate) => certificate !== null);
}

const BEGUN = /-----BEGIN (?:[A-Z0-9 ]+ )?CERTIFICATE-----/g;

export interface KeyFile {
  /** PEM, PKCS #8. */
  readonly pem: string;
  /** SubjectPublicKeyInfo that belongs to the key. */
  readonly publicKey: Uint8Array;
}

/** @throws UsageError when the file is no private key, or an encrypted one. */
export function readKeyFile(name: string, bytes: Uint8Array): KeyFile {
  const text = new TextDecoder('latin1').decode(bytes);
  const blocks = pemBlocks(text);
  if (/BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(text)) {
    throw new UsageError(`${name}: the private key is encrypted: expected one without a passphrase`);
  }
  if (/BEGIN [A-Z0-9 ]*CERTIFICATE-----/.test(text) && !/PRIVATE KEY-----/.test(text))
    throw new UsageError(`${name}: holds a certificate, not a private key`);
  const key = privateKey(text, bytes, blocks.length > 0);
  if (!key && blocks.some(({ label }) => label.endsWith('PRIVATE KEY')))
    throw new UsageError(
      `${name}: this Node cannot read the private key: it is damaged, or of a kind its OpenSSL lacks`,
    );
  if (!key) throw new UsageError(`${name}: not a private key: expected PEM or DER`);
  return {
    pem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' })),
  };
}

function privateKey(text: string, bytes: Uint8Array, pem: boolean) {
  const der = Buffer.from(bytes);
  const readings = pem
    ? [() => createPrivateKey(text)]
    : [
        () => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
        () => createPrivateKey({ key: der, format: 'der', type: 'pkcs1' }),
        () => createPrivateKey({ key: der, format: 'der', type: 'sec1' }),
      ];
  for (const read of readings) {
    try {
      return read();
    } catch {
      // The next form may fit.
    }
  }
  return null;
}

function article(label: string): string {
  const words = label.toLowerCase();
  return /^[aeiou]/.test(words) ? `an ${words}` : `a ${words}`;
}

/** As files and libraries take it. */
export function certificatePem(der: Uint8Array): string {
  return `-----BEGIN CERTIFICATE-----\n${Buffer.from(der)
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n')}\n-----END CERTIFICATE-----\n`;
}
