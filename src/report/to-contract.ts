import type { Edit } from '../model/edit.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Finding } from '../model/finding.ts';
import type { Coverage, PortTally, ResultDocument, RuleSummary, RunPart, Trouble } from '../model/result.ts';
import { hostReportJson } from './check/to-contract.ts';
import type {
  AdvisoryJson,
  AuthJson,
  CertificateJson,
  CoverageJson,
  DoorJson,
  EarlierSightJson,
  EditJson,
  EndpointJson,
  EvidenceJson,
  FindingJson,
  LocationJson,
  ResultJson,
  RuleJson,
  RunPartJson,
  ServiceJson,
  ShardJson,
  SuppressionJson,
  TlsJson,
  TroubleJson,
  UndecidedJson,
} from './contract.ts';
import { expectationJson } from './expectation-json.ts';
import { certificateRecordJson, tlsEndpointJson } from './tls/to-contract.ts';

/*
 * From the model to the public document, key by key: the order of the keys below is the order in every file.
 */

export function resultJson(document: ResultDocument): ResultJson {
  return {
    ...runJson(document),
    endpoints: document.endpoints.map(endpointJson),
    ...(document.expectations ? { expectations: document.expectations.map(expectationJson) } : {}),
    findings: document.findings.map(findingJson),
    coverage: coverageJson(document.coverage),
    troubles: document.troubles.map(troubleJson),
    rules: document.rules.map(ruleJson),
    ...(document.tls === undefined ? {} : { tls: document.tls.map(tlsEndpointJson) }),
    ...(document.certificates === undefined ? {} : { certificates: document.certificates.map(certificateRecordJson) }),
    ...(document.host === undefined ? {} : { host: hostReportJson(document.host) }),
    ...(document.resume === undefined ? {} : { resume: document.resume }),
  };
}

/** What is said once of a run. */
export function runJson(
  document: ResultDocument,
): Pick<ResultJson, 'schema' | 'tool' | 'command' | 'site' | 'startedAt' | 'finishedAt'> {
  const { schema, tool, command, site, startedAt, finishedAt } = document;
  return {
    schema,
    tool: { name: tool.name, version: tool.version, catalogue: tool.catalogue },
    command,
    ...given({ site }),
    startedAt,
    finishedAt,
  };
}

export function endpointJson(endpoint: Endpoint): EndpointJson {
  const { origin, host, address, port, url, transport, reach, service, auth, speech, basePath, cors, hostCheck } =
    endpoint;
  const { conditions, advisories, intermediaries, tls, siblings, evidence, requests, connections, notes } = endpoint;
  const { site, seenAt, superseded } = endpoint;
  return {
    origin,
    host,
    address,
    port,
    url,
    transport,
    reach,
    service: service && serviceJson(service),
    auth: authJson(auth),
    speech,
    basePath,
    cors,
    hostCheck,
    conditions,
    advisories: advisories.map(advisoryJson),
    intermediaries,
    tls: tls && tlsJson(tls),
    siblings,
    evidence: evidence.map(evidenceJson),
    requests,
    connections,
    notes,
    ...given({ site }),
    ...given({ seenAt }),
    ...given({ superseded: superseded?.map(earlierSightJson) }),
  };
}

function earlierSightJson({ at, service, version, transport, auth }: EarlierSightJson): EarlierSightJson {
  return { at, service, version, transport, auth };
}

function serviceJson({ id, name, version, confidence, kind }: ServiceJson): ServiceJson {
  return { id, name, version, confidence, kind };
}

function authJson({ overall, operations, schemes, doors }: AuthJson): AuthJson {
  const { identity, inventory, inference, admin } = operations;
  return { overall, operations: { identity, inventory, inference, admin }, schemes, doors: doors.map(doorJson) };
}

function doorJson({ class: kind, request, status, state, reason, side, standsFor, reveals }: DoorJson): DoorJson {
  return { class: kind, request, status, state, ...given({ reason }), side, standsFor, ...given({ reveals }) };
}

function advisoryJson({ id, title, severity, affected, fixed }: AdvisoryJson): AdvisoryJson {
  return { id, title, severity, affected, fixed };
}

function tlsJson({ protocol, cipher, authorized, trustError, certificate }: TlsJson): TlsJson {
  return { protocol, cipher, authorized, trustError, certificate: certificate && certificateJson(certificate) };
}

function certificateJson(certificate: CertificateJson): CertificateJson {
  const { subject, issuer, names, notBefore, notAfter, selfSigned, fingerprint } = certificate;
  return { subject, issuer, names, notBefore, notAfter, selfSigned, fingerprint };
}

function evidenceJson({ request, status, shows, about }: EvidenceJson): EvidenceJson {
  return { request, status, shows, about };
}

function locationJson(location: LocationJson): LocationJson {
  const { kind, site, host, port, url, file, line, column, endLine, endColumn, says, excerpt } = location;
  return {
    kind,
    ...given({ site }),
    ...given({ host }),
    ...given({ port }),
    ...given({ url }),
    ...given({ file }),
    ...given({ line }),
    ...given({ column }),
    ...given({ endLine }),
    ...given({ endColumn }),
    ...given({ says }),
    ...given({ excerpt }),
  };
}

export function findingJson(finding: Finding): FindingJson {
  const { rule, severity, confidence, message, location, related, evidence, fix, fingerprint, state } = finding;
  const { edits, suppression, firstSeen } = finding;
  return {
    rule,
    severity,
    confidence,
    message,
    location: locationJson(location),
    related: related.map(locationJson),
    evidence: evidence.map(evidenceJson),
    fix,
    ...given({ edits: edits?.map(editJson) }),
    fingerprint,
    state,
    ...given({ suppression: suppression && suppressionJson(suppression) }),
    ...given({ firstSeen }),
  };
}

function editJson({ span: { file, start, end }, insert, safety, title }: Edit): EditJson {
  return { file, start, end, insert, safety, title };
}

function suppressionJson({ kind, reason, at, expires }: SuppressionJson): SuppressionJson {
  return { kind, reason, ...given({ at }), ...given({ expires }) };
}

export function coverageJson(coverage: Coverage): CoverageJson {
  const {
    addresses,
    excludedAddresses,
    ranges,
    ports,
    probes,
    http,
    other,
    silent,
    requests,
    connections,
    undecided,
    complete,
    files,
    watched,
    shard,
    parts,
  } = coverage;
  return {
    addresses,
    excludedAddresses,
    ...given({ ranges: ranges?.map(({ first, last }) => ({ first, last })) }),
    ports,
    probes: tallyJson(probes),
    http,
    other,
    silent,
    requests,
    connections,
    undecided: undecided.map(undecidedJson),
    complete,
    ...given({ files }),
    ...given({ watched: watched?.map(({ address, port, state }) => ({ address, port, state })) }),
    ...given({ shard: shard && shardJson(shard) }),
    ...given({ parts: parts?.map(partJson) }),
  };
}

function tallyJson({ open, closed, filtered, unreachable, error, skipped }: PortTally): PortTally {
  return { open, closed, filtered, unreachable, error, skipped };
}

function shardJson({ index, count, scope }: ShardJson): ShardJson {
  return { index, count, scope };
}

function partJson(part: RunPart): RunPartJson {
  const { command, startedAt, finishedAt, site, shard, addresses, excludedAddresses, ports, probes } = part;
  const { requests, connections, complete } = part;
  return {
    command,
    startedAt,
    finishedAt,
    ...given({ site }),
    ...given({ shard: shard && shardJson(shard) }),
    addresses,
    excludedAddresses,
    ports,
    probes: tallyJson(probes),
    requests,
    connections,
    complete,
  };
}

function undecidedJson({ rule, location, missing }: UndecidedJson): UndecidedJson {
  return { rule, location: locationJson(location), missing };
}

export function troubleJson({ kind, where, what }: Trouble): TroubleJson {
  return { kind, where, what };
}

export function ruleJson({
  id,
  subject,
  title,
  severity,
  confidence,
  why,
  fix,
  cwe,
  references,
}: RuleSummary): RuleJson {
  return { id, subject, title, severity, confidence, why, fix, cwe, references };
}

/** Leaves out what is not there: `undefined` is no JSON value. */
function given<T extends object>(field: T): Partial<T> {
  return Object.values(field)[0] === undefined ? {} : field;
}
