import type { ClientIdentity, SigningKey } from '../model/tls-identity.ts';
import { bitString, element, integer, oid, sequence, time, utf8 } from './der/write.ts';

/** Wide enough that no clock refuses it before the server's own check does. */
const FROM = new Date('2020-01-01T00:00:00Z');
const UNTIL = new Date('2049-12-31T00:00:00Z');

/** A self-signed client certificate that no server has reason to trust: who accepts it accepts any. */
export function rogueIdentity(key: SigningKey): ClientIdentity {
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const name = sequence(element(0x31, sequence(oid('2.5.4.3'), utf8('postern rogue client'))));
  const clientAuth = sequence(oid('2.5.29.37'), element(0x04, sequence(oid('1.3.6.1.5.5.7.3.2'))));
  const tbs = sequence(
    element(0xa0, integer(Uint8Array.of(2))),
    integer(Uint8Array.of(1)),
    algorithm,
    name,
    sequence(time(FROM), time(UNTIL)),
    name,
    key.publicKey,
    element(0xa3, sequence(clientAuth)),
  );
  const certificate = sequence(tbs, algorithm, bitString(key.sign(tbs)));
  return { certificate: pem('CERTIFICATE', certificate), key: key.pem };
}

function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
