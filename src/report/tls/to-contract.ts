import type { CertificateRecord } from '../../model/certificate.ts';
import type { ProtocolFacts, TlsEndpoint } from '../../model/tls.ts';

/*
 * TLS in the public document, key by key: the order of the keys below is the order in every file.
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
    protocols: endpoint.protocols.map(protocolJson),
    groups: endpoint.groups.map(({ name, kind, bits, versions }) => ({ name, kind, bits, versions })),
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
  };
}

function protocolJson({ version, offered, suites, preference, searched, reason }: ProtocolFacts) {
  return {
    version,
    offered,
    suites: suites.map(({ name, code, keyExchange, authentication, cipher, bits, mac }) => ({
      name,
      code: `0x${code.toString(16).padStart(version === 'SSLv2' ? 6 : 4, '0')}`,
      keyExchange,
      authentication,
      cipher,
      bits,
      mac,
    })),
    preference,
    searched,
    reason,
  };
}

export function certificateRecordJson(record: CertificateRecord) {
  const { fingerprint, pin, role, subject, issuer, commonName, dnsNames, ipAddresses, otherNames, serial, ...rest } =
    record;
  return { fingerprint, pin, role, subject, issuer, commonName, dnsNames, ipAddresses, otherNames, serial, ...rest };
}
