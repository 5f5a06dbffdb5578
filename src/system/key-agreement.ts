import { createECDH, createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { KeyAgreement } from '../model/tls-dialogue.ts';

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

/** A fresh key pair of a named group, or null when node:crypto cannot do the group. */
export function keyAgreement(group: number): KeyAgreement | null {
  if (group === 0x001d || group === 0x001e) return montgomery(group);
  const curve = WEIERSTRASS[group];
  return curve === undefined ? null : weierstrass(group, curve);
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
