/** A certificate to show, and its key. */
export interface ClientIdentity {
  /** PEM, the chain included. */
  readonly certificate: string;
  /** PEM, not encrypted. */
  readonly key: string;
}

/** A fresh ECDSA P-256 key. */
export interface SigningKey {
  /** PKCS #8. */
  readonly pem: string;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** ECDSA with SHA-256, DER. */
  sign(data: Uint8Array): Uint8Array;
}
