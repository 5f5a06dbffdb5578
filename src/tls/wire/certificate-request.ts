import { EXTENSION } from './numbers.ts';
import { type Reader, reader } from './reader.ts';
import { readExtensions } from './server-messages.ts';

/** A server's wish for a client certificate. */
export interface CertificateRequest {
  /** Distinguished names of the authorities it accepts, DER. Empty: it names none. */
  readonly authorities: readonly Uint8Array[];
}

const MAX_AUTHORITIES = 500;

/** RFC 5246 §7.4.4; `withSchemes` from TLS 1.2 on. */
export function readCertificateRequest(body: Uint8Array, withSchemes: boolean): CertificateRequest | null {
  const fields = reader(body);
  fields.vector(1);
  if (withSchemes) fields.vector(2);
  const names = fields.left > 0 ? fields.vector(2) : new Uint8Array(0);
  return fields.failed ? null : { authorities: readNames(reader(names)) };
}

/** RFC 8446 §4.3.2 */
export function readModernCertificateRequest(body: Uint8Array): CertificateRequest | null {
  const fields = reader(body);
  fields.vector(1);
  const block = fields.vector(2);
  const extensions = fields.failed ? null : readExtensions(reader(block));
  if (extensions === null) return null;
  const wanted = reader(extensions.get(EXTENSION.certificateAuthorities) ?? new Uint8Array(0));
  return { authorities: wanted.left > 0 ? readNames(reader(wanted.vector(2))) : [] };
}

function readNames(list: Reader): Uint8Array[] {
  const names: Uint8Array[] = [];
  while (list.left > 0 && names.length < MAX_AUTHORITIES) {
    const name = list.vector(2);
    if (list.failed) break;
    names.push(name);
  }
  return names;
}
