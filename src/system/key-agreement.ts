import {
  createECDH,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  getCurves,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import type { KeyAgreement } from '../model/tls-dialogue.ts';
import { asKyber, type KemPair, kemPair, type ParameterSet } from './ml-kem.ts';

/** SubjectPublicKeyInfo up to the key itself (RFC 8410 §4). */
const MONTGOMERY = {
  29: { type: 'x25519', prefix: Buffer.from('302a300506032b656e032100', 'hex'), length: 32 },
  30: { type: 'x448', prefix: Buffer.from('3042300506032b656f033900', 'hex'), length: 56 },
} as const;

const WEIERSTRASS: Readonly<Record<number, string>> = {
  22: 'secp256k1',
  23: 'prime256v1',
  24: 'secp384r1',
  25: 'secp521r1',
  31: 'brainpoolP256r1',
  32: 'brainpoolP384r1',
  33: 'brainpoolP512r1',
  41: 'SM2',
};

/** draft-ietf-tls-mlkem */
const LATTICE: Readonly<Record<number, ParameterSet>> = { 512: 512, 513: 768, 514: 1024 };

interface Hybrid {
  readonly curve: number;
  readonly set: ParameterSet;
  /** Which half comes first, in the shares as in the secret. */
  readonly first: 'curve' | 'lattice';
  readonly kyber?: true;
}

/** draft-ietf-tls-ecdhe-mlkem §4, draft-yang-tls-hybrid-sm2-mlkem, draft-tls-westerbaan-xyber768d00, draft-kwiatkowski-tls-ecdhe-kyber */
const HYBRID: Readonly<Record<number, Hybrid>> = {
  4587: { curve: 23, set: 768, first: 'curve' },
  4588: { curve: 29, set: 768, first: 'lattice' },
  4589: { curve: 24, set: 1024, first: 'curve' },
  4590: { curve: 41, set: 768, first: 'curve' },
  25497: { curve: 29, set: 768, first: 'curve', kyber: true },
  25498: { curve: 23, set: 768, first: 'curve', kyber: true },
};

/** Whether `keyAgreement` can do a group. */
export function canAgree(group: number): boolean {
  const hybrid = HYBRID[group];
  if (hybrid) return canAgree(hybrid.curve);
  const curve = WEIERSTRASS[group];
  if (curve === undefined) return group in MONTGOMERY || group in LATTICE;
  return getCurves().includes(curve) && derives(curve);
}

/** Node 24 has curveSM2 and makes keys on it, but refuses to derive a secret with them. */
function derives(curve: string): boolean {
  if (curve !== 'SM2') return true;
  const [one, other] = [weierstrass(0, curve), weierstrass(0, curve)];
  return one !== null && other !== null && one.secret(other.publicKey) !== null;
}

/** A fresh key pair of a named group, or null when it cannot do the group. */
export function keyAgreement(group: number): KeyAgreement | null {
  const hybrid = HYBRID[group];
  if (hybrid) return joined(group, hybrid);
  const set = LATTICE[group];
  if (set) return lattice(group, kemPair(set, randomBytes(32)));
  if (group === 0x001d || group === 0x001e) return montgomery(group);
  const curve = WEIERSTRASS[group];
  return curve === undefined || !derives(curve) ? null : weierstrass(group, curve);
}

function lattice(group: number, pair: KemPair): KeyAgreement {
  return { group, publicKey: pair.publicKey, secret: pair.decapsulate };
}

function joined(group: number, { curve, set, first, kyber }: Hybrid): KeyAgreement | null {
  const classic = keyAgreement(curve);
  if (!classic) return null;
  const pair = kemPair(set, randomBytes(32));
  const kem = kyber ? asKyber(pair) : pair;
  const inOrder = (ofCurve: Uint8Array, ofLattice: Uint8Array): Uint8Array =>
    new Uint8Array(Buffer.concat(first === 'curve' ? [ofCurve, ofLattice] : [ofLattice, ofCurve]));
  return {
    group,
    publicKey: inOrder(classic.publicKey, kem.publicKey),
    secret(peer) {
      const border = first === 'curve' ? peer.length - kem.ciphertextLength : kem.ciphertextLength;
      if (border < 0) return null;
      const [head, tail] = [peer.subarray(0, border), peer.subarray(border)];
      const ofCurve = classic.secret(first === 'curve' ? head : tail);
      const ofLattice = kem.decapsulate(first === 'curve' ? tail : head);
      return ofCurve && ofLattice && inOrder(ofCurve, ofLattice);
    },
  };
}

function montgomery(group: keyof typeof MONTGOMERY): KeyAgreement {
  const { type, prefix, length } = MONTGOMERY[group];
  const { privateKey, publicKey } = keyPair(type);
  return {
    group,
    publicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }).subarray(prefix.length)),
    secret(peer) {
      if (peer.length !== length) return null;
      try {
        const theirs = createPublicKey({ key: Buffer.concat([prefix, peer]), format: 'der', type: 'spki' });
        return new Uint8Array(diffieHellman({ privateKey, publicKey: theirs }));
      } catch {
        // A low-order point: the result would be zero.
        return null;
      }
    },
  };
}

function keyPair(type: 'x25519' | 'x448'): { privateKey: KeyObject; publicKey: KeyObject } {
  return type === 'x25519' ? generateKeyPairSync('x25519') : generateKeyPairSync('x448');
}

function weierstrass(group: number, curve: string): KeyAgreement | null {
  try {
    const ecdh = createECDH(curve);
    const publicKey = new Uint8Array(ecdh.generateKeys());
    return {
      group,
      publicKey,
      secret(peer) {
        try {
          return new Uint8Array(ecdh.computeSecret(peer));
        } catch {
          return null;
        }
      },
    };
  } catch {
    // The platform was built without this curve.
    return null;
  }
}
