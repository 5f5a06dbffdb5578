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
import { type KemPair, kemPair, type ParameterSet } from './ml-kem.ts';

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
};

/** draft-ietf-tls-mlkem */
const LATTICE: Readonly<Record<number, ParameterSet>> = { 512: 512, 513: 768, 514: 1024 };

/** draft-ietf-tls-ecdhe-mlkem §4: which half comes first, in the shares as in the secret. */
const HYBRID: Readonly<Record<number, { curve: number; set: ParameterSet; first: 'curve' | 'lattice' }>> = {
  4587: { curve: 23, set: 768, first: 'curve' },
  4588: { curve: 29, set: 768, first: 'lattice' },
  4589: { curve: 24, set: 1024, first: 'curve' },
};

/** Whether `keyAgreement` can do a group. */
export function canAgree(group: number): boolean {
  const curve = WEIERSTRASS[group];
  return curve === undefined ? group in MONTGOMERY || group in LATTICE || group in HYBRID : getCurves().includes(curve);
}

/** A fresh key pair of a named group, or null when it cannot do the group. */
export function keyAgreement(group: number): KeyAgreement | null {
  const hybrid = HYBRID[group];
  if (hybrid) return joined(group, hybrid.curve, hybrid.set, hybrid.first);
  const set = LATTICE[group];
  if (set) return lattice(group, kemPair(set, randomBytes(32)));
  if (group === 0x001d || group === 0x001e) return montgomery(group);
  const curve = WEIERSTRASS[group];
  return curve === undefined ? null : weierstrass(group, curve);
}

function lattice(group: number, pair: KemPair): KeyAgreement {
  return { group, publicKey: pair.publicKey, secret: pair.decapsulate };
}

function joined(group: number, curve: number, set: ParameterSet, first: 'curve' | 'lattice'): KeyAgreement | null {
  const classic = keyAgreement(curve);
  if (!classic) return null;
  const kem = kemPair(set, randomBytes(32));
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
