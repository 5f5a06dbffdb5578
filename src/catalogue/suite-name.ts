import type { Authentication, CipherMode, KeyExchange, SuiteInfo } from '../model/tls-table.ts';

type Parts = Omit<SuiteInfo, 'code' | 'name' | 'source'>;

/** Effective bits and block size of a cipher as it is spelt in suite names. Longest spelling first. */
const CIPHERS: readonly (readonly [prefix: string, bits: number, block: number, mode: CipherMode])[] = [
  ['NULL', 0, 0, 'none'],
  // RFC 9150: integrity only.
  ['SHA256_SHA256', 0, 0, 'none'],
  ['SHA384_SHA384', 0, 0, 'none'],
  ['FORTEZZA_CBC', 80, 64, 'CBC'],
  ['RC4_128_EXPORT40', 40, 0, 'stream'],
  ['RC2_128_CBC_EXPORT40', 40, 64, 'CBC'],
  ['RC4_128', 128, 0, 'stream'],
  ['RC4_64', 64, 0, 'stream'],
  ['RC4_56', 56, 0, 'stream'],
  ['RC4_40', 40, 0, 'stream'],
  ['RC2_128_CBC', 128, 64, 'CBC'],
  ['RC2_CBC_56', 56, 64, 'CBC'],
  ['RC2_CBC_40', 40, 64, 'CBC'],
  ['IDEA_128_CBC', 128, 64, 'CBC'],
  ['IDEA_CBC', 128, 64, 'CBC'],
  ['DES40_CBC', 40, 64, 'CBC'],
  ['DES_CBC_40', 40, 64, 'CBC'],
  ['DES_64_CBC', 56, 64, 'CBC'],
  ['DES_CBC', 56, 64, 'CBC'],
  // Meet-in-the-middle leaves 112 bits of 168 (NIST SP 800-57 part 1, table 2).
  ['DES_192_EDE3_CBC', 112, 64, 'CBC'],
  ['3DES_EDE_CBC', 112, 64, 'CBC'],
  ['SEED_CBC', 128, 128, 'CBC'],
  ['AEGIS_256', 256, 128, 'AEAD'],
  ['AEGIS_128L', 128, 128, 'AEAD'],
  ['CHACHA20_POLY1305', 256, 0, 'AEAD'],
  ['SM4_GCM', 128, 128, 'AEAD'],
  ['SM4_CCM', 128, 128, 'AEAD'],
  ['KUZNYECHIK_CTR_OMAC', 256, 128, 'stream'],
  ['MAGMA_CTR_OMAC', 256, 64, 'stream'],
  ['KUZNYECHIK_MGM_L', 256, 128, 'AEAD'],
  ['KUZNYECHIK_MGM_S', 256, 128, 'AEAD'],
  ['MAGMA_MGM_L', 256, 64, 'AEAD'],
  ['MAGMA_MGM_S', 256, 64, 'AEAD'],
  ['28147_CNT_IMIT', 256, 64, 'stream'],
  ...(['AES', 'CAMELLIA', 'ARIA'] as const).flatMap((name) =>
    ([128, 256] as const).flatMap((bits) => [
      [`${name}_${bits}_CBC`, bits, 128, 'CBC'] as const,
      [`${name}_${bits}_GCM`, bits, 128, 'AEAD'] as const,
      [`${name}_${bits}_CCM_8`, bits, 128, 'AEAD'] as const,
      [`${name}_${bits}_CCM`, bits, 128, 'AEAD'] as const,
    ]),
  ),
];

/** Reads a suite's properties off its name (RFC 5246 appendix C; TLS 1.3 names have no key exchange, RFC 8446 §B.4). */
export function suiteParts(name: string): Parts {
  const bare = name.replace(/^(?:OLD_)?(?:TLS|SSL_CK|SSL)_/, '');
  const [front, back] = bare.includes('_WITH_') ? splitAt(bare, '_WITH_') : ['', bare];
  // SSLv2 names put the cipher first: RC4_128_WITH_MD5. So do TLS 1.3's, without WITH.
  const ssl2 = name.startsWith('SSL_CK_');
  const body = ssl2 ? front : back;
  const found = CIPHERS.find(([prefix]) => body === prefix || body.startsWith(`${prefix}_`));
  if (!found) throw new Error(`cipher suite ${name}: unknown cipher ${body}`);
  const [cipher, bits, block, mode] = found;
  const mac = (ssl2 ? back : body.slice(cipher.length + 1)) || 'SHA256';
  const exchange = ssl2
    ? (['RSA', 'RSA'] as const)
    : exchangeOf(front.replace(/_EXPORT(?:1024)?$|_FIPS$|_OLDFIPS$/, ''));
  return {
    keyExchange: exchange[0],
    authentication: exchange[1],
    cipher,
    bits,
    block,
    mode,
    mac: mac.replace(/(?:^|_)OLD$/, ''),
    exportGrade: /EXPORT/.test(name),
  };
}

function splitAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

function exchangeOf(front: string): readonly [KeyExchange, Authentication] {
  if (front === '') return ['any', 'any'];
  if (front.startsWith('GOST')) return ['GOST', 'GOST'];
  if (front.startsWith('SRP')) return ['SRP', front.endsWith('RSA') ? 'RSA' : front.endsWith('DSS') ? 'DSS' : 'SRP'];
  if (front.startsWith('FORTEZZA')) return ['FORTEZZA', 'KEA'];
  const known = EXCHANGES[front];
  if (!known) throw new Error(`unknown key exchange ${front}`);
  return known;
}

const EXCHANGES: Readonly<Record<string, readonly [KeyExchange, Authentication]>> = {
  RSA: ['RSA', 'RSA'],
  DH_DSS: ['DH', 'DSS'],
  DH_RSA: ['DH', 'RSA'],
  DHE_DSS: ['DHE', 'DSS'],
  DHE_RSA: ['DHE', 'RSA'],
  DH_anon: ['DHE', 'anonymous'],
  KRB5: ['KRB5', 'KRB5'],
  PSK: ['PSK', 'PSK'],
  DHE_PSK: ['DHE_PSK', 'PSK'],
  PSK_DHE: ['DHE_PSK', 'PSK'],
  RSA_PSK: ['RSA_PSK', 'RSA'],
  ECDHE_PSK: ['ECDHE_PSK', 'PSK'],
  ECDH_ECDSA: ['ECDH', 'ECDSA'],
  ECDH_RSA: ['ECDH', 'RSA'],
  ECDHE_ECDSA: ['ECDHE', 'ECDSA'],
  ECDHE_RSA: ['ECDHE', 'RSA'],
  ECDH_anon: ['ECDHE', 'anonymous'],
  ECCPWD: ['ECCPWD', 'password'],
};
