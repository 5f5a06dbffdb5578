import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import type { Certificate, CertificateKey, KeyKind } from '../model/certificate.ts';
import { alternativeNames, commonName, distinguishedName } from './der/names.ts';
import { type Element, readBits, readElement, readElements, readOid, readTime, TAG } from './der/read.ts';
import { equal, hex } from './wire/bytes.ts';
import { bitLength } from './wire/key-exchange.ts';

/** A certificate with what is needed to build paths. */
export interface ParsedCertificate {
  readonly facts: Certificate;
  readonly der: Uint8Array;
  /** Distinguished names as encoded: what issuers are found by. */
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** By identifier, whether it is critical. */
  readonly extensions: ReadonlyMap<string, { readonly critical: boolean }>;
}

const DAY = 86_400_000;

/** Reads a certificate (RFC 5280 §4.1). Null when it is not one; never throws. */
export function parseCertificate(der: Uint8Array): ParsedCertificate | null {
  const outer = readElement(der);
  const [tbs, algorithm] = outer?.tag === TAG.sequence ? (readElements(outer.body) ?? []) : [];
  const fields = tbs?.tag === TAG.sequence ? readElements(tbs.body) : null;
  if (!outer || !algorithm || !fields) return null;

  const versioned = fields[0]?.tag === 0xa0;
  const [serial, , issuer, validity, subject, publicKey, ...rest] = versioned ? fields.slice(1) : fields;
  if (!serial || !issuer || !validity || !subject || !publicKey) return null;
  const [from, to] = (readElements(validity.body) ?? []).map(readTime);
  if (typeof from !== 'number' || typeof to !== 'number') return null;

  const extensions = readExtensions(rest.find(({ tag }) => tag === 0xa3));
  const extensionBody = (id: string): Uint8Array => extensions.get(id)?.value ?? EMPTY;
  const names = alternativeNames(readElement(extensionBody('2.5.29.17'))?.body ?? EMPTY);
  const signature = readOid(readElements(algorithm.body)?.[0]?.body ?? EMPTY);
  const selfIssued = equal(subject.whole, issuer.whole);
  return {
    der: outer.whole,
    subject: subject.whole,
    issuer: issuer.whole,
    publicKey: publicKey.whole,
    extensions,
    facts: {
      fingerprint: createHash('sha256').update(outer.whole).digest('hex'),
      pin: `sha256/${createHash('sha256').update(publicKey.whole).digest('base64')}`,
      subject: distinguishedName(subject.body),
      issuer: distinguishedName(issuer.body),
      commonName: commonName(subject.body),
      dnsNames: names.dns,
      ipAddresses: names.ip,
      otherNames: names.other,
      serial: hex(serial.body),
      notBefore: new Date(from).toISOString(),
      notAfter: new Date(to).toISOString(),
      // Both ends count (RFC 5280 §4.1.2.5).
      lifetimeDays: Math.round(((to - from) / DAY) * 100) / 100,
      key: keyOf(publicKey),
      signature: SIGNATURES[signature]?.name ?? (signature === RSA_PSS ? 'rsassaPss' : signature),
      signatureHash: signature === RSA_PSS ? pssHash(algorithm) : (SIGNATURES[signature]?.hash ?? 'other'),
      version: versioned ? (readElement(fields[0]?.body ?? EMPTY)?.body[0] ?? 0) + 1 : 1,
      ca: readElements(readElement(extensionBody('2.5.29.19'))?.body ?? EMPTY)?.[0]?.body[0] === 0xff,
      keyUsage: readBits(readElement(extensionBody('2.5.29.15'))?.body ?? EMPTY).flatMap((bit) => USAGES[bit] ?? []),
      extendedKeyUsage: (readElements(readElement(extensionBody('2.5.29.37'))?.body ?? EMPTY) ?? []).map(
        ({ body }) => EXTENDED[readOid(body)] ?? readOid(body),
      ),
      selfIssued,
      selfSigned: selfIssued && signedBy(outer.whole, publicKey.whole),
      mustStaple: extensions.has('1.3.6.1.5.5.7.1.24'),
      timestamps: extensions.has('1.3.6.1.4.1.11129.2.4.2'),
      issuerLocated: hex(extensionBody('1.3.6.1.5.5.7.1.1')).includes(CA_ISSUERS),
    },
  };
}

const EMPTY = new Uint8Array(0);
/** id-ad-caIssuers (RFC 5280 §4.2.2.1), encoded. */
const CA_ISSUERS = '06082b06010505073002';

interface Extension {
  readonly critical: boolean;
  readonly value: Uint8Array;
}

function readExtensions(wrapper: Element | undefined): Map<string, Extension> {
  const list = readElements(readElement(wrapper?.body ?? EMPTY)?.body ?? EMPTY) ?? [];
  const found = new Map<string, Extension>();
  for (const extension of list) {
    const parts = readElements(extension.body) ?? [];
    const id = parts[0];
    const value = parts.at(-1);
    if (id && value?.tag === TAG.octetString)
      found.set(readOid(id.body), { critical: parts.length === 3, value: value.body });
  }
  return found;
}

/** Whether the certificate's signature was made with the key; false where the platform cannot say. */
export function signedBy(certificate: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
    return new X509Certificate(certificate).verify(key);
  } catch {
    return false;
  }
}

const KINDS: Readonly<Record<string, KeyKind>> = {
  '1.2.840.113549.1.1.1': 'RSA',
  '1.2.840.113549.1.1.10': 'RSA-PSS',
  '1.2.840.10045.2.1': 'EC',
  '1.2.840.10040.4.1': 'DSA',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
};

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

function keyOf(publicKey: Element): CertificateKey {
  const [algorithm, bits] = readElements(publicKey.body) ?? [];
  const [id, parameters] = readElements(algorithm?.body ?? EMPTY) ?? [];
  const kind = KINDS[readOid(id?.body ?? EMPTY)] ?? 'other';
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
    case 'other':
      return none;
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

/** RSASSA-PSS-params (RFC 4055 §3.1): the hash is SHA-1 unless [0] says otherwise. */
function pssHash(algorithm: Element): Hash {
  const parameters = readElements(readElements(algorithm.body)?.[1]?.body ?? EMPTY) ?? [];
  const named = parameters.find(({ tag }) => tag === 0xa0);
  if (!named) return 'SHA-1';
  const id = readElements(readElement(named.body)?.body ?? EMPTY)?.[0];
  return HASHES[readOid(id?.body ?? EMPTY)] ?? 'other';
}

/** RFC 5280 §4.2.1.3 */
const USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

const EXTENDED: Readonly<Record<string, string>> = {
  '2.5.29.37.0': 'any',
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
};
