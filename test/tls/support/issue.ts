import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { parseCertificate } from '../../../src/tls/certificate.ts';
import { readElement, readElements } from '../../../src/tls/der/read.ts';
import { bitString, element, integer, oid, sequence, time, utf8 } from '../../../src/tls/der/write.ts';

/*
 * Certificates of every kind, good and bad, made on the spot.
 */

export interface Keys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export const rsaKeys = (modulusLength = 2048, publicExponent = 65_537): Keys =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent });
export const ecKeys = (namedCurve = 'prime256v1'): Keys => generateKeyPairSync('ec', { namedCurve });
export const edKeys = (): Keys => generateKeyPairSync('ed25519');

export interface CertificateWish {
  readonly subject?: string;
  readonly keys?: Keys;
  /** Self-signed when left out. */
  readonly issuer?: Issued;
  readonly dns?: readonly string[];
  readonly ip?: readonly string[];
  readonly ca?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly hash?: 'sha1' | 'md5' | 'sha256';
  readonly usage?: string;
  /** Bits of keyUsage as DER has them: 0x80 digitalSignature, 0x04 keyCertSign, 0x02 cRLSign. */
  readonly keyUsage?: number;
  /** As people make them by hand: no key identifiers, no key usage, basicConstraints not critical. */
  readonly bare?: boolean;
  /** caIssuers URL (RFC 5280 §4.2.2.1). */
  readonly locatesIssuer?: boolean;
  /** A list of certificate timestamps, with nothing in it: what public authorities put in (RFC 6962 §3.3). */
  readonly logged?: boolean;
}

export interface Issued {
  readonly der: Uint8Array;
  readonly pem: string;
  readonly keyPem: string;
  readonly keys: Keys;
  readonly subject: string;
}

const SIGNATURES = {
  rsa: { sha1: '1.2.840.113549.1.1.5', md5: '1.2.840.113549.1.1.4', sha256: '1.2.840.113549.1.1.11' },
  ec: { sha1: '1.2.840.10045.4.1', md5: '', sha256: '1.2.840.10045.4.3.2' },
} as const;

export function issue(wish: CertificateWish = {}): Issued {
  const { subject = 'box.test', keys = ecKeys(), hash = 'sha256', dns = [], ip = [] } = wish;
  const signer = wish.issuer?.keys ?? keys;
  const kind = signer.privateKey.asymmetricKeyType;
  const hashes = kind === 'rsa' || kind === 'ec' ? SIGNATURES[kind] : null;
  const algorithm = hashes ? sequence(oid(hashes[hash])) : keyAlgorithm(signer);
  const tbs = sequence(
    element(0xa0, integer(Uint8Array.of(2))),
    integer(Uint8Array.of(1, ...randomBytes(15))),
    algorithm,
    name(wish.issuer?.subject ?? subject),
    sequence(time(new Date(wish.from ?? '2026-01-01T00:00:00Z')), time(new Date(wish.to ?? '2030-01-01T00:00:00Z'))),
    name(subject),
    new Uint8Array(keys.publicKey.export({ type: 'spki', format: 'der' })),
    element(0xa3, sequence(...extensions({ ...wish, dns, ip }, keys, signer))),
  );
  const signature = new Uint8Array(sign(hashes ? hash : null, tbs, signer.privateKey));
  const der = sequence(tbs, algorithm, bitString(signature));
  return {
    der,
    keys,
    subject,
    pem: pem(der),
    keyPem: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** AlgorithmIdentifier of a key: Ed25519, ML-DSA and the like name their signatures by it too. */
function keyAlgorithm({ publicKey }: Keys): Uint8Array {
  const der = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  return readElements(readElement(der)?.body ?? der)?.[0]?.whole ?? der;
}

export function pem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** Parsed as the program does. */
export function parsed({ der }: Pick<Issued, 'der'>) {
  const certificate = parseCertificate(der);
  if (!certificate) throw new Error('the test made a certificate that does not parse');
  return certificate;
}

function name(common: string): Uint8Array {
  return common === '' ? sequence() : sequence(element(0x31, sequence(oid('2.5.4.3'), utf8(common))));
}

function extensions({ bare = false, ...wish }: CertificateWish, keys: Keys, signer: Keys): Uint8Array[] {
  const { subject, dns = [], ip = [], ca, usage, locatesIssuer, logged } = wish;
  const text = (value: string) => new TextEncoder().encode(value);
  const names = [...dns.map((one) => element(0x82, text(one))), ...ip.map((one) => element(0x87, address(one)))];
  const found: Uint8Array[] = [];
  const add = (id: string, value: Uint8Array, critical = false) =>
    found.push(sequence(oid(id), ...(critical ? [TRUE] : []), element(0x04, value)));
  if (names.length > 0) add('2.5.29.17', sequence(...names), subject === '');
  if (ca) add('2.5.29.19', sequence(TRUE), !bare);
  if (usage) add('2.5.29.37', sequence(oid(usage)));
  if (!bare) {
    // keyEncipherment is what the key exchange of RSA asks for.
    const bits = wish.keyUsage ?? (ca ? 0x06 : keys.publicKey.asymmetricKeyType === 'rsa' ? 0xa0 : 0x80);
    add('2.5.29.15', element(0x03, Uint8Array.of(Math.log2(bits & -bits), bits)), true);
    add('2.5.29.14', element(0x04, identifier(keys)));
    if (wish.issuer) add('2.5.29.35', sequence(element(0x80, identifier(signer))));
  }
  if (locatesIssuer) {
    const place = element(0x86, text('http://ca.test/ca.crt'));
    add('1.3.6.1.5.5.7.1.1', sequence(sequence(oid('1.3.6.1.5.5.7.48.2'), place)));
  }
  if (logged) add('1.3.6.1.4.1.11129.2.4.2', element(0x04, Uint8Array.of(0, 0)));
  return found;
}

const TRUE = element(0x01, Uint8Array.of(0xff));

function identifier({ publicKey }: Keys): Uint8Array {
  return new Uint8Array(
    createHash('sha1')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest(),
  );
}

function address(text: string): Uint8Array {
  if (text === '::1') return Uint8Array.of(...Array<number>(15).fill(0), 1);
  return Uint8Array.from(text.split('.').map(Number));
}
