import type { CertificateRecord } from '../../model/certificate.ts';
import type { TlsEndpoint } from '../../model/tls.ts';

/*
 * TLS in the public document, key by key: the order of the keys below is the order in every file. It holds all that is
 * known, so that a saved result reports the same.
 */

export type TlsEndpointJson = ReturnType<typeof tlsEndpointJson>;
export type CertificateRecordJson = ReturnType<typeof certificateRecordJson>;

export function tlsEndpointJson(endpoint: TlsEndpoint) {
  const { grade, features, clientCertificate } = endpoint;
  return {
    origin: endpoint.origin,
    host: endpoint.host,
    address: endpoint.address,
    port: endpoint.port,
    serverName: endpoint.serverName,
    reach: endpoint.reach,
    speech: endpoint.speech,
    mode: endpoint.mode,
    protocols: endpoint.protocols,
    groups: endpoint.groups,
    groupsExhaustive: endpoint.groupsExhaustive,
    postQuantum: endpoint.postQuantum,
    features,
    clientCertificate,
    grade: {
      configuration: grade.configuration,
      trust: [...new Set(endpoint.identities.flatMap(({ trust }) => trust.states))],
      atMost: grade.atMost,
      lacks: grade.lacks,
      paths: grade.paths,
      deductions: grade.deductions,
      score: grade.score,
      compliance: grade.compliance,
    },
    identities: endpoint.identities,
    preconditions: endpoint.preconditions,
    connections: endpoint.connections,
    lacks: endpoint.lacks,
    notes: endpoint.notes,
    ...(endpoint.site === undefined ? {} : { site: endpoint.site }),
    ...(endpoint.seenAt === undefined ? {} : { seenAt: endpoint.seenAt }),
  };
}

export function certificateRecordJson(record: CertificateRecord) {
  const { fingerprint, pin, role, subject, issuer, commonName, dnsNames, ipAddresses, otherNames, serial, ...rest } =
    record;
  return { fingerprint, pin, role, subject, issuer, commonName, dnsNames, ipAddresses, otherNames, serial, ...rest };
}
