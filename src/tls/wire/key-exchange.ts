import type { KeyExchange } from '../../model/tls-table.ts';
import { hex } from './bytes.ts';
import { type Reader, reader } from './reader.ts';

/** What a ServerKeyExchange says (RFC 5246 §7.4.3, RFC 8422 §5.4). */
export interface ServerKeyExchange {
  readonly group: number | null;
  /** Bits of the prime of finite-field Diffie-Hellman, of the prime itself and not of its length field. */
  readonly dhBits: number | null;
  /** The prime, lower-case hex without leading zeros. */
  readonly dhPrime: string | null;
  /** Bits of the temporary RSA key of export suites. */
  readonly rsaBits: number | null;
  /** Scheme of the signature, TLS 1.2. */
  readonly scheme: number | null;
}

const NAMED_CURVE = 3;

/** Null when it is not well formed or the key exchange has no such message. */
export function readServerKeyExchange(
  body: Uint8Array,
  exchange: KeyExchange,
  signedWithScheme: boolean,
): ServerKeyExchange | null {
  const fields = reader(body);
  const found = parametersOf(fields, exchange);
  if (fields.failed || found === null) return null;
  const signed = signedWithScheme && fields.left > 2;
  return { ...found, scheme: signed ? fields.uint16() : null };
}

type Parameters = Omit<ServerKeyExchange, 'scheme'>;
const NOTHING: Parameters = { group: null, dhBits: null, dhPrime: null, rsaBits: null };

function parametersOf(fields: Reader, exchange: KeyExchange): Parameters | null {
  if (exchange.endsWith('_PSK')) fields.vector(2); // identity hint
  switch (exchange) {
    case 'ECDHE':
    case 'ECDHE_PSK': {
      const kind = fields.uint8();
      const group = fields.uint16();
      fields.vector(1);
      return kind === NAMED_CURVE ? { ...NOTHING, group } : null;
    }
    case 'DHE':
    case 'DHE_PSK': {
      const prime = stripped(fields.vector(2));
      fields.vector(2);
      fields.vector(2);
      return { ...NOTHING, dhBits: bitLength(prime), dhPrime: hex(prime) };
    }
    case 'RSA': {
      const modulus = stripped(fields.vector(2));
      fields.vector(2);
      return { ...NOTHING, rsaBits: bitLength(modulus) };
    }
    default:
      return null;
  }
}

function stripped(value: Uint8Array): Uint8Array {
  const start = value.findIndex((octet) => octet !== 0);
  return start < 0 ? new Uint8Array(0) : value.subarray(start);
}

/** Bits of a big-endian number without leading zero octets. */
export function bitLength(value: Uint8Array): number {
  const first = value[0];
  return first === undefined ? 0 : (value.length - 1) * 8 + (32 - Math.clz32(first));
}
