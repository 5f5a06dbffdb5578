import { concat, uint } from './bytes.ts';
import { reader } from './reader.ts';

/** An SSLv2 CLIENT-HELLO (draft-hickman-netscape-ssl-00, 5.5.1). `challenge` is 16 octets. */
export function ssl2Hello(kinds: readonly number[], challenge: Uint8Array): Uint8Array {
  const specs = concat(...kinds.map((kind) => uint(kind, 3)));
  const body = concat(
    Uint8Array.of(1),
    uint(2, 2),
    uint(specs.length, 2),
    uint(0, 2),
    uint(challenge.length, 2),
    specs,
    challenge,
  );
  return concat(uint(0x8000 | body.length, 2), body);
}

export interface Ssl2ServerHello {
  /** The kinds that both sides have. */
  readonly kinds: readonly number[];
  /** X.509, DER. */
  readonly certificate: Uint8Array;
}

export type Ssl2Reading =
  | { readonly status: 'more' }
  | { readonly status: 'hello'; readonly hello: Ssl2ServerHello }
  /** Another protocol, an error message, or a message that is not well formed. */
  | { readonly status: 'no' };

/** Reads what came back to an SSLv2 hello (draft-hickman-netscape-ssl-00, 5.6.1). */
export function readSsl2(data: Uint8Array): Ssl2Reading {
  const first = data[0];
  if (first === undefined) return { status: 'more' };
  // Records with padding have a three-octet header; a hello is never padded.
  if ((first & 0x80) === 0) return { status: 'no' };
  if (data.length < 2) return { status: 'more' };
  const length = ((first & 0x7f) << 8) | (data[1] ?? 0);
  if (data.length < 3) return { status: 'more' };
  if (data[2] !== 4) return { status: 'no' };
  if (data.length < 2 + length) return { status: 'more' };

  const body = reader(data.subarray(2, 2 + length));
  body.bytes(3); // message, session id hit, certificate type
  const version = body.uint16();
  const certificateLength = body.uint16();
  const specsLength = body.uint16();
  body.uint16(); // connection id length
  const certificate = body.bytes(certificateLength);
  const specs = reader(body.bytes(specsLength));
  if (body.failed || version !== 2) return { status: 'no' };
  const kinds: number[] = [];
  while (specs.left >= 3) kinds.push(specs.uint24());
  return { status: 'hello', hello: { kinds, certificate } };
}
