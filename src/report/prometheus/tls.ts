import { GRADES } from '../../model/tls-grade.ts';
import type { View } from '../view.ts';
import { type Family, type Labels, seconds } from './family.ts';

/** Certificates, and what the inspector measured. Ends are written whether or not the certificate is trusted. */
export function tlsFamilies({ document, certificates }: View): Family[] {
  const placed = certificates.flatMap((certificate) => {
    const { fingerprint, subject, issuer, serial, shownAt, files } = certificate;
    const common = { fingerprint, subject, issuer, ...(serial === null ? {} : { serial }) };
    const places = shownAt.map(({ host, address, port }) => ({ ...common, host, address, port }));
    return [...places, ...files.map((file) => ({ ...common, file }))].map((labels) => ({ labels, certificate }));
  });
  const endpoints = document.tls ?? [];
  return [
    {
      name: 'postern_certificate_not_after_seconds',
      help: 'End of validity, seconds since 1970.',
      samples: placed.map(({ labels, certificate }) => ({ labels, value: seconds(certificate.notAfter) })),
    },
    {
      name: 'postern_certificate_not_before_seconds',
      help: 'Start of validity, seconds since 1970.',
      samples: placed.map(({ labels, certificate }) => ({ labels, value: seconds(certificate.notBefore) })),
    },
    {
      name: 'postern_tls_trusted',
      help: '1 when the certificate is trusted, in date and covers the name.',
      samples: endpoints.flatMap((endpoint) =>
        endpoint.identities.map(({ certificate, trust }) => ({
          labels: { ...placeOf(endpoint), fingerprint: certificate },
          value: trust.states.every((state) => TRUSTED.includes(state)) ? 1 : 0,
        })),
      ),
    },
    {
      name: 'postern_tls_grade',
      help: 'Configuration grade, 0 for A+ to 6 for F; -1 when it could not be measured.',
      samples: endpoints.map((endpoint) => ({
        labels: { ...placeOf(endpoint), grade: endpoint.grade.configuration ?? 'unknown' },
        value: endpoint.grade.configuration === null ? -1 : GRADES.indexOf(endpoint.grade.configuration),
      })),
    },
    {
      name: 'postern_tls_protocol_offered',
      help: '1 when the version is offered, 0 when not.',
      samples: endpoints.flatMap((endpoint) =>
        endpoint.protocols
          .filter(({ offered }) => offered !== 'unknown')
          .map(({ version, offered }) => ({
            labels: { ...placeOf(endpoint), version },
            value: offered === true ? 1 : 0,
          })),
      ),
    },
  ];
}

const TRUSTED: readonly string[] = ['public', 'your-ca', 'pinned'];

function placeOf({
  host,
  address,
  port,
}: {
  host: string | null;
  address: string | null;
  port: number | null;
}): Labels {
  return { host: host ?? '', address: address ?? '', port: String(port ?? '') };
}
