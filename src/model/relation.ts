import type { CertificatePlace } from './certificate.ts';
import type { Endpoint } from './endpoint.ts';

/** One key on several hosts: the same certificate copied, or several certificates for one key. */
export interface SharedKey {
  readonly pin: string;
  readonly places: readonly CertificatePlace[];
  readonly hosts: number;
  /** False when every place shows the very same certificate. */
  readonly severalCertificates: boolean;
  readonly wildcard: boolean;
}

/** The same service on one address, once behind TLS and once without. */
export interface PlaintextTwin {
  readonly service: string;
  readonly encrypted: Endpoint;
  readonly plain: Endpoint;
}
