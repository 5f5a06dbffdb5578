import type { ClientIdentity } from '../model/tls-identity.ts';
import { UsageError } from '../model/trouble.ts';
import type { TlsWire } from '../system/tls-ports.ts';
import { certificatePem, readCertificateFile, readKeyFile } from '../tls/certificate-file.ts';
import { rogueIdentity } from '../tls/rogue.ts';
import { equal } from '../tls/wire/bytes.ts';
import type { ClientCertificates } from './verify-request.ts';

const MAX_FILE = 1_048_576;

/** A client certificate and its key from files. @throws UsageError when one is missing or they do not belong together. */
export async function readClientIdentity(
  certificate: string | undefined,
  key: string | undefined,
  wire: TlsWire,
): Promise<ClientIdentity | null> {
  if (certificate === undefined && key === undefined) return null;
  if (certificate === undefined || key === undefined)
    throw new UsageError('--client-cert and --client-key belong together: expected both');
  const [shown, secret] = await Promise.all([
    read('--client-cert', certificate, wire),
    read('--client-key', key, wire),
  ]);
  const chain = readCertificateFile(`--client-cert ${certificate}`, shown);
  const privateKey = readKeyFile(`--client-key ${key}`, secret);
  const leaf = chain[0];
  if (!leaf || !equal(leaf.publicKey, privateKey.publicKey))
    throw new UsageError(`--client-key ${key}: does not belong to ${certificate}`);
  return { certificate: chain.map(({ der }) => certificatePem(der)).join(''), key: privateKey.pem };
}

/** The same for a verification, with one beside it that must be refused. @throws UsageError */
export async function readClientCertificates(
  certificate: string | undefined,
  key: string | undefined,
  wire: TlsWire,
): Promise<ClientCertificates | null> {
  const own = await readClientIdentity(certificate, key, wire);
  return own && { own, rogue: rogueIdentity(wire.signingKey()) };
}

async function read(option: string, path: string, wire: TlsWire): Promise<Uint8Array> {
  const result = await wire.readBytes(path, MAX_FILE);
  if (result.status === 'failed') throw new UsageError(`${option} ${path}: ${result.reason}`);
  return result.bytes;
}
