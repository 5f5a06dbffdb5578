import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import type { Certificate } from '../model/certificate.ts';
import type { Known } from '../model/tls.ts';
import { isPostQuantum, keyOf, signatureOf } from './algorithms.ts';
import { alternativeNames, commonName, distinguishedName } from './der/names.ts';
import { type Element, readBits, readElement, readElements, readOid, readTime, TAG } from './der/read.ts';
import { equal, hex } from './wire/bytes.ts';

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
      ...signatureOf(algorithm),
      version: versioned ? (readElement(fields[0]?.body ?? EMPTY)?.body[0] ?? 0) + 1 : 1,
      ca: readElements(readElement(extensionBody('2.5.29.19'))?.body ?? EMPTY)?.[0]?.body[0] === 0xff,
      keyUsage: readBits(readElement(extensionBody('2.5.29.15'))?.body ?? EMPTY).flatMap((bit) => USAGES[bit] ?? []),
      extendedKeyUsage: (readElements(readElement(extensionBody('2.5.29.37'))?.body ?? EMPTY) ?? []).map(
        ({ body }) => EXTENDED[readOid(body)] ?? readOid(body),
      ),
      selfIssued,
      selfSigned: selfIssued && signedBy(outer.whole, publicKey.whole) === true,
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

/** Whether the certificate's signature was made with the key; unknown where the platform cannot say. */
export function signedBy(certificate: Uint8Array, publicKey: Uint8Array): Known<boolean> {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
    return new X509Certificate(certificate).verify(key);
  } catch {
    return isPostQuantum(publicKey) ? 'unknown' : false;
  }
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
