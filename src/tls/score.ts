import type { Certificate } from '../model/certificate.ts';
import type { ProtocolFacts, TlsVersion } from '../model/tls.ts';
import type { ApproximateScore, Trait } from '../model/tls-grade.ts';
import type { SeenTrait } from './traits.ts';

/*
 * SSL Server Rating Guide 2009r (2025-05-16), as far as it can be computed from outside. Its penalties depend in part
 * on what simulated browsers negotiate; here what the server accepts stands for that. Trust is left out: the guide's
 * T and M replace the letter, here they are told apart.
 */

const PROTOCOL: Readonly<Record<TlsVersion, number>> = {
  SSLv2: 0,
  SSLv3: 80,
  'TLSv1.0': 90,
  'TLSv1.1': 95,
  'TLSv1.2': 100,
  'TLSv1.3': 100,
};
const LETTERS: readonly (readonly [least: number, letter: string])[] = [
  [80, 'A'],
  [65, 'B'],
  [50, 'C'],
  [35, 'D'],
  [20, 'E'],
  [0, 'F'],
];
const ORDER = ['A+', 'A', 'A-', 'B', 'C', 'D', 'E', 'F'];

/** Caps of the guide by trait. */
const CAPS: Partial<Record<Trait, string>> = {
  sslv2: 'F',
  sslv3: 'B',
  tls10: 'B',
  tls11: 'B',
  'no-tls12': 'C',
  'no-tls13': 'A-',
  'null-cipher': 'F',
  anonymous: 'F',
  'export-cipher': 'F',
  'cipher-below-112-bits': 'F',
  rc4: 'B',
  'block-64-bits': 'C',
  'only-static-key-exchange': 'B',
  'no-aead': 'B',
  'dh-below-1024': 'F',
  'dh-below-2048': 'B',
  'export-rsa-key': 'F',
  'no-secure-renegotiation': 'F',
  compression: 'C',
  'key-below-1024': 'F',
  'key-below-2048': 'B',
  'exponent-one': 'F',
  'md5-signature': 'F',
};

export function approximateScore(
  protocols: readonly ProtocolFacts[],
  leaves: readonly Certificate[],
  dhBits: number | 'unknown' | null,
  seen: readonly SeenTrait[],
): ApproximateScore | null {
  const offered = protocols.filter((protocol) => protocol.offered === true);
  const suites = offered.flatMap((protocol) => protocol.suites);
  if (suites.length === 0) return null;
  const versions = offered.map(({ version }) => PROTOCOL[version]);
  const strengths = suites.map(({ bits }) => cipherScore(bits));
  const protocol = (Math.max(...versions) + Math.min(...versions)) / 2;
  const cipher = (Math.max(...strengths) + Math.min(...strengths)) / 2;
  const anonymous = suites.some(({ authentication }) => authentication === 'anonymous');
  const exported = suites.some(({ exportGrade }) => exportGrade);
  const sizes = [...leaves.map(rsaEquivalent), ...(typeof dhBits === 'number' ? [dhBits] : [])];
  const keyExchange = anonymous ? 0 : Math.min(...sizes.map(exchangeScore), ...(exported ? [40] : [100]));
  const parts = [protocol, keyExchange, cipher];
  const total = parts.includes(0) ? 0 : Math.round(protocol * 0.3 + keyExchange * 0.3 + cipher * 0.4);
  const base = LETTERS.find(([least]) => total >= least)?.[1] ?? 'F';
  const caps = [...new Set(seen.flatMap(({ trait }) => (CAPS[trait] ? [`${CAPS[trait]}: ${trait}`] : [])))].sort();
  const letter =
    ORDER[Math.max(ORDER.indexOf(base), ...caps.map((cap) => ORDER.indexOf(cap.split(':')[0] ?? 'F')))] ?? 'F';
  return {
    label: 'approximation of the SSL Labs rating guide 2009r',
    protocol,
    keyExchange,
    cipher,
    total,
    letter,
    caps,
  };
}

function cipherScore(bits: number): number {
  if (bits === 0) return 0;
  if (bits < 128) return 20;
  return bits < 256 ? 80 : 100;
}

function exchangeScore(bits: number): number {
  if (bits < 512) return 20;
  if (bits < 1024) return 40;
  if (bits < 2048) return 80;
  return bits < 4096 ? 90 : 100;
}

/** NIST SP 800-57 part 1, table 2. */
function rsaEquivalent({ key }: Certificate): number {
  if (key.kind === 'RSA' || key.kind === 'RSA-PSS' || key.kind === 'DSA') return key.bits;
  if (key.bits >= 384) return 7680;
  if (key.bits >= 255) return 3072;
  return key.bits >= 224 ? 2048 : 1024;
}
