import type { Certificate, CertificateKey, KeyKind } from '../model/certificate.ts';
import { type Element, readElement, readElements, readOid } from './der/read.ts';
import { bitLength } from './wire/key-exchange.ts';

/*
 * The algorithms of keys and signatures by their identifiers.
 */

const EMPTY = new Uint8Array(0);

const KINDS: Readonly<Record<string, KeyKind>> = {
  '1.2.840.113549.1.1.1': 'RSA',
  '1.2.840.113549.1.1.10': 'RSA-PSS',
  '1.2.840.10045.2.1': 'EC',
  '1.2.840.10040.4.1': 'DSA',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
};

interface ParameterSet {
  readonly kind: 'ML-DSA' | 'SLH-DSA';
  readonly name: string;
}

/** sigAlgs 17 to 31 of NIST: FIPS 204 and RFC 9881, FIPS 205 and RFC 9909. The same identifier names key and signature. */
const PARAMETER_SETS: Readonly<Record<string, ParameterSet>> = Object.fromEntries(
  [
    'ML-DSA-44',
    'ML-DSA-65',
    'ML-DSA-87',
    ...['SHA2', 'SHAKE'].flatMap((hash) =>
      ['128s', '128f', '192s', '192f', '256s', '256f'].map((size) => `SLH-DSA-${hash}-${size}`),
    ),
  ].map((name, index) => [
    `2.16.840.1.101.3.4.3.${17 + index}`,
    { kind: name.startsWith('ML') ? 'ML-DSA' : 'SLH-DSA', name },
  ]),
);

const CURVES: Readonly<Record<string, readonly [name: string, bits: number]>> = {
  '1.2.840.10045.3.1.1': ['P-192', 192],
  '1.3.132.0.33': ['P-224', 224],
  '1.2.840.10045.3.1.7': ['P-256', 256],
  '1.3.132.0.34': ['P-384', 384],
  '1.3.132.0.35': ['P-521', 521],
  '1.3.132.0.10': ['secp256k1', 256],
  '1.3.36.3.3.2.8.1.1.7': ['brainpoolP256r1', 256],
  '1.3.36.3.3.2.8.1.1.11': ['brainpoolP384r1', 384],
  '1.3.36.3.3.2.8.1.1.13': ['brainpoolP512r1', 512],
};

/** @param publicKey SubjectPublicKeyInfo */
export function keyOf(publicKey: Element): CertificateKey {
  const [algorithm, bits] = readElements(publicKey.body) ?? [];
  const [id, parameters] = readElements(algorithm?.body ?? EMPTY) ?? [];
  const algorithmId = readOid(id?.body ?? EMPTY);
  const set = PARAMETER_SETS[algorithmId];
  const kind = set?.kind ?? KINDS[algorithmId] ?? 'other';
  const none = { kind, bits: 0, curve: null, exponent: null };
  const encoded = bits?.body.subarray(1) ?? EMPTY;
  switch (kind) {
    case 'RSA':
    case 'RSA-PSS': {
      const [modulus, exponent] = readElements(readElement(encoded)?.body ?? EMPTY) ?? [];
      const number = unsigned(exponent?.body ?? EMPTY);
      return {
        ...none,
        bits: bitLength(unsigned(modulus?.body ?? EMPTY)),
        exponent: number.length <= 6 ? number.reduce((sum, octet) => sum * 256 + octet, 0) : null,
      };
    }
    case 'EC': {
      const [name, size] = CURVES[readOid(parameters?.body ?? EMPTY)] ?? [
        readOid(parameters?.body ?? EMPTY),
        ((encoded.length - 1) / 2) * 8,
      ];
      return { ...none, bits: size, curve: name };
    }
    case 'DSA':
      return { ...none, bits: bitLength(unsigned(readElements(parameters?.body ?? EMPTY)?.[0]?.body ?? EMPTY)) };
    case 'Ed25519':
      return { ...none, bits: 256, curve: 'Ed25519' };
    case 'Ed448':
      return { ...none, bits: 456, curve: 'Ed448' };
    case 'ML-DSA':
    case 'SLH-DSA':
      return { ...none, bits: encoded.length * 8, curve: set?.name ?? null };
    case 'other':
      return { ...none, curve: algorithmId };
  }
}

function unsigned(body: Uint8Array): Uint8Array {
  return body[0] === 0 ? body.subarray(1) : body;
}

const RSA_PSS = '1.2.840.113549.1.1.10';

type Hash = Certificate['signatureHash'];
const SIGNATURES: Readonly<Record<string, { readonly name: string; readonly hash: Hash }>> = {
  '1.2.840.113549.1.1.2': { name: 'md2WithRSAEncryption', hash: 'MD2' },
  '1.2.840.113549.1.1.4': { name: 'md5WithRSAEncryption', hash: 'MD5' },
  '1.2.840.113549.1.1.5': { name: 'sha1WithRSAEncryption', hash: 'SHA-1' },
  '1.3.14.3.2.29': { name: 'sha1WithRSA', hash: 'SHA-1' },
  '1.2.840.113549.1.1.14': { name: 'sha224WithRSAEncryption', hash: 'SHA-224' },
  '1.2.840.113549.1.1.11': { name: 'sha256WithRSAEncryption', hash: 'SHA-256' },
  '1.2.840.113549.1.1.12': { name: 'sha384WithRSAEncryption', hash: 'SHA-384' },
  '1.2.840.113549.1.1.13': { name: 'sha512WithRSAEncryption', hash: 'SHA-512' },
  '1.2.840.10040.4.3': { name: 'dsa-with-sha1', hash: 'SHA-1' },
  '2.16.840.1.101.3.4.3.2': { name: 'dsa-with-sha256', hash: 'SHA-256' },
  '1.2.840.10045.4.1': { name: 'ecdsa-with-SHA1', hash: 'SHA-1' },
  '1.2.840.10045.4.3.1': { name: 'ecdsa-with-SHA224', hash: 'SHA-224' },
  '1.2.840.10045.4.3.2': { name: 'ecdsa-with-SHA256', hash: 'SHA-256' },
  '1.2.840.10045.4.3.3': { name: 'ecdsa-with-SHA384', hash: 'SHA-384' },
  '1.2.840.10045.4.3.4': { name: 'ecdsa-with-SHA512', hash: 'SHA-512' },
  '1.3.101.112': { name: 'Ed25519', hash: null },
  '1.3.101.113': { name: 'Ed448', hash: null },
};

const HASHES: Readonly<Record<string, Hash>> = {
  '1.3.14.3.2.26': 'SHA-1',
  '2.16.840.1.101.3.4.2.4': 'SHA-224',
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
};

/** Name and hash of a signature algorithm (AlgorithmIdentifier). */
export function signatureOf(algorithm: Element): Pick<Certificate, 'signature' | 'signatureHash'> {
  const id = readOid(readElements(algorithm.body)?.[0]?.body ?? EMPTY);
  if (id === RSA_PSS) return { signature: 'rsassaPss', signatureHash: pssHash(algorithm) };
  const set = PARAMETER_SETS[id];
  if (set) return { signature: set.name, signatureHash: null };
  return { signature: SIGNATURES[id]?.name ?? id, signatureHash: SIGNATURES[id]?.hash ?? 'other' };
}

/** Whether a SubjectPublicKeyInfo is of ML-DSA or SLH-DSA, which OpenSSL knows since 3.5. */
export function isPostQuantum(publicKey: Uint8Array): boolean {
  const algorithm = readElements(readElement(publicKey)?.body ?? EMPTY)?.[0];
  return PARAMETER_SETS[readOid(readElements(algorithm?.body ?? EMPTY)?.[0]?.body ?? EMPTY)] !== undefined;
}

/** RSASSA-PSS-params (RFC 4055 §3.1): the hash is SHA-1 unless [0] says otherwise. */
function pssHash(algorithm: Element): Hash {
  const parameters = readElements(readElements(algorithm.body)?.[1]?.body ?? EMPTY) ?? [];
  const named = parameters.find(({ tag }) => tag === 0xa0);
  if (!named) return 'SHA-1';
  const id = readElements(readElement(named.body)?.body ?? EMPTY)?.[0];
  return HASHES[readOid(id?.body ?? EMPTY)] ?? 'other';
}
