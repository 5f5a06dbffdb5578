import { UsageError } from '../model/trouble.ts';
import type { Files } from '../system/ports.ts';
import type { TlsWire } from '../system/tls-ports.ts';
import { anchors } from '../tls/anchors.ts';
import { certificatePem, readCertificateFile } from '../tls/certificate-file.ts';
import type { TrustStores } from '../tls/chain.ts';

/** An authority the user gave, for all addresses or for those of a network. */
export interface GivenAuthority {
  /** How errors name it: `--ca our.pem`. */
  readonly said: string;
  /** File or directory. */
  readonly path: string;
  /** Whether it counts for an address. */
  readonly covers: (address: string) => boolean;
}

const MAX_FILE = 16 * 1_048_576;
const CERTIFICATE_NAME = /\.(?:pem|crt|cer|der|ca-bundle)$/i;

/** The stores by address. @throws UsageError when a file holds no certificate, or a directory none at all. */
export async function openTrustStores(
  given: readonly GivenAuthority[],
  wire: TlsWire,
  files: Files,
): Promise<(address: string | null) => TrustStores> {
  const publicRoots = anchors(wire.publicRoots);
  const loaded = await loadAuthorities(given, wire, files);
  const cache = new Map<string, TrustStores>();
  return (address) => {
    const counting = loaded.filter(({ covers }) => address === null || covers(address));
    const key = counting.map((one) => loaded.indexOf(one)).join(',');
    const known = cache.get(key) ?? {
      public: publicRoots,
      own: anchors(() => counting.flatMap(({ certificates }) => certificates)),
    };
    cache.set(key, known);
    return known;
  };
}

/** The certificates of given authorities that count for an address, PEM. @throws UsageError as above. */
export async function openAuthorities(
  given: readonly GivenAuthority[],
  wire: TlsWire,
  files: Files,
): Promise<(address: string) => readonly string[]> {
  const loaded = await loadAuthorities(given, wire, files);
  return (address) =>
    loaded.flatMap(({ covers, certificates }) => (covers(address) ? certificates.map(certificatePem) : []));
}

function loadAuthorities(given: readonly GivenAuthority[], wire: TlsWire, files: Files) {
  return Promise.all(
    given.map(async (one) => ({ covers: one.covers, certificates: await readAuthorities(one, wire, files) })),
  );
}

async function readAuthorities({ said, path }: GivenAuthority, wire: TlsWire, files: Files): Promise<Uint8Array[]> {
  const read = await wire.readBytes(path, MAX_FILE);
  if (read.status === 'ok') return readCertificateFile(said, read.bytes).map(({ der }) => der);
  if (!read.directory) throw new UsageError(`${said}: ${read.reason}`);
  const names = ((await files.list(path)) ?? []).filter((name) => CERTIFICATE_NAME.test(name));
  const found = await Promise.all(
    names.map(async (name) => {
      const one = await wire.readBytes(`${path}/${name}`, MAX_FILE);
      if (one.status === 'failed') return [];
      try {
        return readCertificateFile(name, one.bytes).map(({ der }) => der);
      } catch {
        // Keys and requests may lie beside the certificates.
        return [];
      }
    }),
  );
  if (found.flat().length === 0)
    throw new UsageError(`${said}: no certificate in this directory (*.pem, *.crt, *.cer, *.der)`);
  return found.flat();
}
