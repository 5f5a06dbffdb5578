import { createDecipheriv, createHash, createHmac } from 'node:crypto';
import { ascii, concat, uint, vector } from './wire/bytes.ts';

/*
 * The part of the TLS 1.3 key schedule that opens the server's first encrypted flight (RFC 8446 §7.1).
 */

interface RecordCipher {
  readonly name: string;
  readonly hash: 'sha256' | 'sha384';
  readonly keyLength: number;
  readonly tagLength: number;
}

const CIPHERS: Readonly<Record<number, RecordCipher>> = {
  4865: { name: 'aes-128-gcm', hash: 'sha256', keyLength: 16, tagLength: 16 },
  4866: { name: 'aes-256-gcm', hash: 'sha384', keyLength: 32, tagLength: 16 },
  4867: { name: 'chacha20-poly1305', hash: 'sha256', keyLength: 32, tagLength: 16 },
  4868: { name: 'aes-128-ccm', hash: 'sha256', keyLength: 16, tagLength: 16 },
  4869: { name: 'aes-128-ccm', hash: 'sha256', keyLength: 16, tagLength: 8 },
};

export function transcriptHash(suite: number): 'sha256' | 'sha384' | null {
  return CIPHERS[suite]?.hash ?? null;
}

/** After a HelloRetryRequest the first hello counts as its hash (RFC 8446 §4.4.1). */
export function hashedHello(hash: string, firstHello: Uint8Array): Uint8Array {
  const digest = createHash(hash).update(firstHello).digest();
  return concat(Uint8Array.of(254, 0, 0, digest.length), digest);
}

/** Opens records of the server's handshake epoch, in order. */
export interface RecordOpener {
  /** Content and its type, or null when the record is not authentic. */
  open(header: Uint8Array, body: Uint8Array): { readonly type: number; readonly content: Uint8Array } | null;
}

/**
 * @param transcript the handshake messages up to and including ServerHello
 * @returns null for a suite that is not of TLS 1.3 or that node:crypto lacks
 */
export function serverHandshakeOpener(suite: number, shared: Uint8Array, transcript: Uint8Array): RecordOpener | null {
  const cipher = CIPHERS[suite];
  if (!cipher) return null;
  const { hash } = cipher;
  const empty = createHash(hash).digest();
  const zeros = new Uint8Array(empty.length);
  const early = hmac(hash, zeros, zeros);
  const handshake = hmac(hash, expandLabel(hash, early, 'derived', empty, empty.length), shared);
  const context = createHash(hash).update(transcript).digest();
  const traffic = expandLabel(hash, handshake, 's hs traffic', context, empty.length);
  const key = expandLabel(hash, traffic, 'key', new Uint8Array(0), cipher.keyLength);
  const iv = expandLabel(hash, traffic, 'iv', new Uint8Array(0), 12);

  let sequence = 0;
  return {
    open(header, body) {
      const plain = decrypt(cipher, key, nonce(iv, sequence), header, body);
      sequence += 1;
      if (plain === null) return null;
      let end = plain.length - 1;
      while (end >= 0 && plain[end] === 0) end -= 1;
      const type = plain[end];
      return type === undefined ? null : { type, content: plain.subarray(0, end) };
    },
  };
}

function nonce(iv: Uint8Array, sequence: number): Uint8Array {
  const counter = concat(new Uint8Array(4), uint(sequence, 8));
  return iv.map((octet, index) => octet ^ (counter[index] ?? 0));
}

function decrypt(
  cipher: RecordCipher,
  key: Uint8Array,
  iv: Uint8Array,
  header: Uint8Array,
  body: Uint8Array,
): Uint8Array | null {
  if (body.length <= cipher.tagLength) return null;
  const text = body.subarray(0, body.length - cipher.tagLength);
  try {
    // The types of node:crypto tell GCM, CCM and ChaCha20 apart by literal names; their methods are the same.
    const options = { authTagLength: cipher.tagLength };
    const decipher = createDecipheriv(cipher.name as 'aes-128-ccm', key, iv, options);
    decipher.setAuthTag(body.subarray(text.length));
    decipher.setAAD(header, { plaintextLength: text.length });
    const plain = decipher.update(text);
    decipher.final();
    return plain;
  } catch {
    return null;
  }
}

function hmac(hash: string, key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac(hash, key).update(data).digest();
}

/** HKDF-Expand-Label (RFC 8446 §7.1, RFC 5869 §2.3). */
function expandLabel(hash: string, secret: Uint8Array, label: string, context: Uint8Array, length: number): Uint8Array {
  const info = concat(uint(length, 2), vector(1, ascii(`tls13 ${label}`)), vector(1, context));
  let block: Uint8Array = new Uint8Array(0);
  let out: Uint8Array = new Uint8Array(0);
  for (let counter = 1; out.length < length; counter += 1) {
    block = hmac(hash, secret, concat(block, info, Uint8Array.of(counter)));
    out = concat(out, block);
  }
  return out.subarray(0, length);
}
