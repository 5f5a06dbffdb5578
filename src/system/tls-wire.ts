import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import type { SigningKey } from '../model/tls-identity.ts';
import { canAgree, keyAgreement } from './key-agreement.ts';
import { converse } from './raw-connection.ts';
import { readBytes } from './read-bytes.ts';
import { handshake } from './tls-handshake.ts';
import type { TlsWire } from './tls-ports.ts';

/** Where systems keep their roots: Debian and Alpine, Fedora, SUSE, FreeBSD and macOS. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** @param bundle a PEM file to use instead of the system's, as in SSL_CERT_FILE */
export function tlsWire(bundle: string | undefined): TlsWire {
  return {
    converse,
    handshake,
    random: (length) => new Uint8Array(randomBytes(length)),
    canAgree,
    agreement: keyAgreement,
    signingKey,
    publicRoots: () => publicRoots(bundle),
    readBytes,
  };
}

function publicRoots(bundle: string | undefined): Uint8Array[] {
  for (const path of bundle === undefined ? BUNDLES : [bundle]) {
    const found = certificatesIn(readText(path));
    if (found.length > 0) return found;
  }
  return bundle === undefined ? certificatesIn(rootCertificates.join('\n')) : [];
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function certificatesIn(text: string): Uint8Array[] {
  const blocks = text.matchAll(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----([^-]*)-----END/g);
  return [...blocks].map(([, body = '']) => Buffer.from(body, 'base64'));
}

function signingKey(): SigningKey {
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const key = createPrivateKey(pair.privateKey);
  return {
    pem: pair.privateKey,
    publicKey: new Uint8Array(pair.publicKey),
    sign: (data) => new Uint8Array(sign('sha256', data, key)),
  };
}
