import { GRADES } from '../model/tls-grade.ts';
import type { Reporter } from './formats.ts';

/*
 * A text file for Prometheus' node exporter (text exposition format 0.0.4). Times are absolute seconds, so that an alert
 * computes what is left; they are written whether or not the certificate is trusted.
 */

type Labels = Readonly<Record<string, string>>;

export const reportPrometheus: Reporter = ({ document }) => {
  const lines: string[] = [];
  const metric = (name: string, help: string, samples: readonly (readonly [Labels, number])[]): void => {
    if (samples.length === 0) return;
    lines.push(
      `# HELP ${name} ${help}`,
      `# TYPE ${name} gauge`,
      ...samples.map(([labels, value]) => `${name}{${labelText(labels)}} ${value}`),
    );
  };
  const leaves = (document.certificates ?? []).filter(({ role }) => role === 'leaf');
  const placed = leaves.flatMap((record) => {
    const certificate = {
      fingerprint: record.fingerprint,
      subject: record.subject,
      issuer: record.issuer,
      serial: record.serial,
    };
    const places = record.places.map(({ host, address, port }) => ({
      ...certificate,
      host,
      address,
      port: String(port),
    }));
    return [...places, ...record.files.map((file) => ({ ...certificate, file }))].map(
      (labels) => [labels, record] as const,
    );
  });
  metric(
    'postern_certificate_not_after_seconds',
    'End of validity, seconds since 1970.',
    placed.map(([labels, { notAfter }]) => [labels, seconds(notAfter)]),
  );
  metric(
    'postern_certificate_not_before_seconds',
    'Start of validity, seconds since 1970.',
    placed.map(([labels, { notBefore }]) => [labels, seconds(notBefore)]),
  );

  const endpoints = document.tls ?? [];
  const place = ({ host, address, port }: (typeof endpoints)[number]): Labels => ({
    host: host ?? '',
    address: address ?? '',
    port: String(port ?? ''),
  });
  metric(
    'postern_tls_trusted',
    '1 when the certificate is trusted, in date and covers the name.',
    endpoints.flatMap((endpoint) =>
      endpoint.identities.map(
        ({ certificate, trust }) =>
          [
            { ...place(endpoint), fingerprint: certificate },
            trust.states.every((state) => TRUSTED.includes(state)) ? 1 : 0,
          ] as const,
      ),
    ),
  );
  metric(
    'postern_tls_grade',
    'Configuration grade, 0 for A+ to 6 for F; -1 when it could not be measured.',
    endpoints.map((endpoint) => [
      { ...place(endpoint), grade: endpoint.grade.configuration ?? 'unknown' },
      endpoint.grade.configuration === null ? -1 : GRADES.indexOf(endpoint.grade.configuration),
    ]),
  );
  metric(
    'postern_tls_protocol_offered',
    '1 when the version is offered, 0 when not.',
    endpoints.flatMap((endpoint) =>
      endpoint.protocols
        .filter(({ offered }) => offered !== 'unknown')
        .map(({ version, offered }) => [{ ...place(endpoint), version }, offered === true ? 1 : 0] as const),
    ),
  );
  metric('postern_run_finished_seconds', 'When this was measured, seconds since 1970.', [
    [{ command: document.command }, seconds(document.finishedAt)],
  ]);
  return `${lines.join('\n')}\n`;
};

const TRUSTED: readonly string[] = ['public', 'your-ca', 'pinned'];

function seconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(
      ([name, value]) =>
        `${name}="${value
          .replace(/\\/g, '\\\\')
          .replace(/"/g, '\\"')
          .replace(/\n/g, '\\n')
          .replace(/[\p{Cc}\p{Cf}]/gu, '')}"`,
    )
    .join(',');
}
