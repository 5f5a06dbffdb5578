import type { TlsVersion } from '../../model/tls.ts';

/** RFC 8446 §B.1 */
export const RECORD = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;

/** RFC 8446 §B.3, RFC 5246 §A.4 */
export const HANDSHAKE = {
  clientHello: 1,
  serverHello: 2,
  newSessionTicket: 4,
  encryptedExtensions: 8,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  finished: 20,
  certificateStatus: 22,
  compressedCertificate: 25,
  messageHash: 254,
} as const;

/** IANA TLS ExtensionType values. */
export const EXTENSION = {
  serverName: 0,
  statusRequest: 5,
  supportedGroups: 10,
  ecPointFormats: 11,
  signatureAlgorithms: 13,
  alpn: 16,
  signedCertificateTimestamp: 18,
  encryptThenMac: 22,
  extendedMasterSecret: 23,
  sessionTicket: 35,
  earlyData: 42,
  supportedVersions: 43,
  cookie: 44,
  pskKeyExchangeModes: 45,
  certificateAuthorities: 47,
  keyShare: 51,
  renegotiationInfo: 0xff01,
} as const;

/** RFC 8446 §6 */
export const ALERT = {
  closeNotify: 0,
  handshakeFailure: 40,
  illegalParameter: 47,
  decodeError: 50,
  protocolVersion: 70,
  insufficientSecurity: 71,
  internalError: 80,
  inappropriateFallback: 86,
  unrecognizedName: 112,
  certificateRequired: 116,
  noApplicationProtocol: 120,
} as const;

/** Signalling suites (RFC 5746 §3.3, RFC 7507). */
export const SCSV = { renegotiation: 0x00ff, fallback: 0x5600 } as const;

export const VERSION_NUMBER = {
  SSLv2: 0x0002,
  SSLv3: 0x0300,
  'TLSv1.0': 0x0301,
  'TLSv1.1': 0x0302,
  'TLSv1.2': 0x0303,
  'TLSv1.3': 0x0304,
} as const satisfies Readonly<Record<TlsVersion, number>>;

/** The random of a ServerHello that is a HelloRetryRequest (RFC 8446 §4.1.3). */
export const RETRY_RANDOM = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

/** An endpoint that knows better and was talked down says so in its random (RFC 8446 §4.1.3). */
export const DOWNGRADE_MARKS: Readonly<Record<string, TlsVersion>> = {
  '444f574e47524401': 'TLSv1.3',
  '444f574e47524400': 'TLSv1.2',
};
