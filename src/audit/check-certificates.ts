import type { CertificateRecord } from '../model/certificate.ts';
import type { Endpoint } from '../model/endpoint.ts';
import { certificateRecords, type Sighting } from '../relate/tls.ts';
import type { Answer } from './check-answers.ts';
import type { TlsInspector } from './tls-inspector.ts';

/** Inspects the TLS of each door once, where it is reached from furthest away. */
export async function inspectAnswers(
  answers: readonly Answer[],
  judged: readonly Endpoint[],
  inspector: TlsInspector | null,
): Promise<void> {
  for (const { address, port, transport } of judged) {
    if (transport !== 'tls') continue;
    const target = answers.find((answer) => answer.port === port && answer.at.address === address)?.target;
    if (target) await inspector?.inspect(target);
  }
}

/** Certificates that were shown, and those that lie in files; one that is both is listed once. */
export function checkCertificates(
  shown: readonly CertificateRecord[],
  files: readonly Sighting[],
): CertificateRecord[] {
  const kept = certificateRecords(files);
  const both = shown.map((record) => {
    const file = kept.find(({ fingerprint }) => fingerprint === record.fingerprint);
    return file ? { ...record, files: [...new Set([...record.files, ...file.files])] } : record;
  });
  const alone = kept.filter(({ fingerprint }) => !shown.some((record) => record.fingerprint === fingerprint));
  return [...both, ...alone].sort((a, b) => (a.notAfter < b.notAfter ? -1 : a.notAfter > b.notAfter ? 1 : 0));
}
