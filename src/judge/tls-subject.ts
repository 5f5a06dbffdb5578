import type { Location } from '../model/finding.ts';
import type { ProtocolFacts, TlsEndpoint, TlsVersion } from '../model/tls.ts';
import type { Trait } from '../model/tls-grade.ts';
import type { JudgedSubject } from './judge-subjects.ts';
import type { Subject } from './subject.ts';

/** A TLS port as rules see it. Lists that are empty only because something was not measured are left out. */
export function tlsSubject(endpoint: TlsEndpoint): Subject {
  const { features, grade, protocols, clientCertificate } = endpoint;
  const offered = protocols.filter((protocol) => protocol.offered === true);
  const settled =
    protocols.length > 0 &&
    protocols.every((protocol) => protocol.offered !== 'unknown' && protocol.searched !== 'partial');
  const list = (items: readonly string[]): readonly string[] | undefined =>
    items.length > 0 || settled ? items : undefined;
  const seen = (...traits: readonly Trait[]): string[] =>
    grade.deductions.filter(({ trait }) => traits.includes(trait)).map(({ observation }) => observation);
  const obsolete = offered.map(({ version }) => version).filter((version) => OBSOLETE.includes(version));
  const weak = seen('null-cipher', 'anonymous', 'export-cipher', 'cipher-below-112-bits', 'rc4', 'block-64-bits');
  const severe = seen('null-cipher', 'anonymous', 'export-cipher', 'cipher-below-112-bits');
  const exchange = seen('dh-below-1024', 'dh-below-2048', 'export-rsa-key', 'group-below-224-bits');
  const cbcOnly = offered
    .filter(
      ({ version, suites }) => version !== 'SSLv2' && suites.length > 0 && suites.every(({ mode }) => mode !== 'AEAD'),
    )
    .map(({ version }) => version);
  const current = cbcOnly.filter((version) => version === 'TLSv1.2');
  const staticSuites = seen('static-key-exchange', 'only-static-key-exchange');
  return known({
    origin: endpoint.origin,
    place: placeOf(endpoint),
    reach: endpoint.reach,
    speech: endpoint.speech,
    works: offered.length > 0 ? true : undefined,
    obsolete: list(obsolete),
    obsoleteList: obsolete.join(', ') || undefined,
    broken: list(obsolete.filter((version) => version.startsWith('SSL'))),
    weak: list(weak),
    weakList: weak.join('; ') || undefined,
    severe: list(severe),
    static: list(staticSuites),
    staticList: staticSuites.join('; ') || undefined,
    staticOnly: list(seen('only-static-key-exchange')),
    cbcOnly: list(current),
    cbcOnlyList: current.join(', ') || undefined,
    tls13: versionState(protocols, 'TLSv1.3'),
    postQuantum: endpoint.postQuantum,
    exchange: features.dhBits === 'unknown' && exchange.length === 0 ? undefined : list(exchange),
    exchangeList: exchange.join('; ') || undefined,
    exchangeBroken: list(seen('dh-below-1024', 'export-rsa-key')),
    secureRenegotiation: features.secureRenegotiation,
    compression: features.compression,
    extendedMasterSecret: features.extendedMasterSecret,
    earlyData: features.earlyData,
    clientCertificate: clientCertificate.verdict,
    trials:
      clientCertificate.trials
        .map(
          ({ with: shown, detail, outcome }) =>
            `${WITH[shown]}: ${outcome === 'served' ? 'served' : 'refused'} (${detail})`,
        )
        .join(', ') || undefined,
    preconditions: list(endpoint.preconditions.map(({ name }) => name)),
    grade: grade.configuration ?? undefined,
  });
}

const OBSOLETE: readonly TlsVersion[] = ['SSLv2', 'SSLv3', 'TLSv1.0', 'TLSv1.1'];
const WITH = { nothing: 'without a certificate', rogue: 'with an unknown one', own: 'with yours' } as const;

export function judgedTls(endpoint: TlsEndpoint): JudgedSubject {
  return {
    kind: 'tls',
    subject: tlsSubject(endpoint),
    location: locationOf(endpoint),
    identity: [endpoint.origin, endpoint.host, endpoint.port, endpoint.serverName].join('\n'),
    confidence: 'high',
    evidence: [],
    related: [],
    examined: endpoint.speech === 'tls',
  };
}

function versionState(protocols: readonly ProtocolFacts[], version: TlsVersion): boolean | undefined {
  const state = protocols.find((protocol) => protocol.version === version)?.offered;
  return state === undefined || state === 'unknown' ? undefined : state === true;
}

export function placeOf({ host, address, port }: Pick<TlsEndpoint, 'host' | 'address' | 'port'>): string {
  const name = host ?? address ?? '?';
  return `${name.includes(':') ? `[${name}]` : name}:${port ?? '?'}`;
}

export function locationOf({ host, port }: Pick<TlsEndpoint, 'host' | 'port'>): Location {
  return { kind: 'endpoint', ...(host === null ? {} : { host }), ...(port === null ? {} : { port }) };
}

/** `unknown` and null are left out, so that a rule which needs them is undecided instead of passed. */
export function known(fields: Record<string, unknown>): Subject {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== 'unknown'),
  );
}
