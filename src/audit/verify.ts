import { neverEntries } from '../catalogue/check.ts';
import { neverIndex } from '../catalogue/never.ts';
import { judgeExpectations } from '../judge/expectations.ts';
import type { Credential } from '../model/credential.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { TlsSummary } from '../model/exchange.ts';
import type { Expectation } from '../model/expectation.ts';
import { type Coverage, PORT_STATES, type PortTally, type ResultDocument, type Trouble } from '../model/result.ts';
import type { Catalogue } from '../model/service.ts';
import { endpointFacts } from '../network/facts.ts';
import { type EndpointObservation, gatherEndpoint, type ProbeOptions } from '../network/gather.ts';
import { carefulNetwork } from '../network/verify/careful-network.ts';
import { secretsOf } from '../network/verify/credential.ts';
import { mutationsOf } from '../network/verify/mutations.ts';
import type { System } from '../system/ports.ts';
import { reachOf } from '../targets/scope.ts';
import { resultDocument } from './document.ts';
import { type Identified, identify } from './verify-identify.ts';
import { proveAll, type Verification } from './verify-prove.ts';
import type { VerifyRequest } from './verify-request.ts';
import { again, openVerifyTarget } from './verify-target.ts';
import { givesSomething, isTrusted, mustTrust, whyWithheld } from './verify-trust.ts';

const MAX_HEADER_BYTES = 65_536;
const MAX_BODY_BYTES = 1_048_576;
/** Of the whole, for finding out what it is; once without and once with the key. */
const IDENTIFY_BUDGET = 25;

/** One URL, proved from outside. @throws UsageError */
export async function verify(asked: VerifyRequest, catalogue: Catalogue, system: System): Promise<ResultDocument> {
  const startedAt = system.clock.now();
  const opened = await openVerifyTarget(asked, system);
  const wait = (): Promise<void> =>
    asked.paceMs === 0 ? Promise.resolve() : system.clock.sleep(asked.paceMs, system.interrupt);
  const care = carefulNetwork(await system.network(), asked.budget, wait);
  const given = [asked.right, asked.retired, asked.expired];
  // What is made of a credential differs from it in a character or two.
  care.hide(given.flatMap((credential) => (credential ? [...secretsOf(credential), ...madeOf(credential)] : [])));
  const [target] = opened.targets;
  const probe = probeOptions(asked, asked.authorities(target.address), catalogue, system);
  const loopback = reachOf(target.address) === 'loopback';
  const reach = asked.assumeReach ?? reachOf(target.address);
  const troubles: Trouble[] = opened.refused.map((what) => ({ kind: 'out-of-scope', where: target.host, what }));

  const first = await gatherEndpoint(care.network, target, null, probe);
  const withheld = whyWithheld(asked, first.transport, first.tls, loopback);
  if (withheld !== null && first.speech !== 'silent')
    troubles.push({ kind: 'credential-withheld', where: target.host, what: withheld });
  const request = withheld === null ? asked : withoutCredentials(asked);
  // Without a credential to lose, any certificate will do.
  const anyone = !givesSomething(request) || !mustTrust(request, loopback);
  const trusts = (tls: TlsSummary): boolean => anyone || isTrusted(tls, request.pin);
  const run: Verification = { request, withheld, catalogue, system, opened, care, probe, trusts, troubles };

  const observed = await behindCertificate(run, first);
  let endpoint = endpointFacts(observed, catalogue, reach);
  let expectations: readonly Expectation[] = [];
  if (observed.speech === 'http' || (request.certificates && observed.reason === 'client-certificate-required')) {
    const identified = await identify(care.network, observed, {
      catalogue,
      probe,
      opened,
      right: request.right,
      identity: request.certificates?.own ?? null,
      wanted: { header: request.keyHeader, scheme: request.keyScheme },
      trusts,
    });
    endpoint = asHolderSees(endpoint, identified, catalogue);
    expectations = await proveAll(run, identified, endpoint);
  } else if (observed.reason === 'client-certificate-required') {
    expectations = withoutCertificate(endpoint, request);
  } else {
    troubles.push({ kind: 'not-examined', where: request.url, what: `${observed.reason}: ${observed.detail}` });
  }
  endpoint = { ...endpoint, requests: care.sent, connections: care.connections };
  const { findings, undecided } = judgeExpectations(expectations, catalogue, request.failOn);
  return {
    ...resultDocument({
      command: 'verify',
      catalogue,
      startedAt,
      finishedAt: system.clock.now(),
      endpoints: [endpoint],
      findings,
      coverage: { ...coverageOf(endpoint, !system.interrupt.aborted), undecided },
      troubles,
    }),
    expectations,
  };
}

/** With both a client certificate and a key, the key is tried behind the certificate. */
async function behindCertificate(
  { request, care, probe, trusts, opened }: Verification,
  first: EndpointObservation,
): Promise<EndpointObservation> {
  const { certificates, right } = request;
  if (!certificates || !right) return first;
  const [target] = opened.targets;
  const overTls = again(opened.scope, target, { scheme: 'https' }) ?? target;
  const opening = { ...probe.opening, trusts, identity: certificates.own };
  return gatherEndpoint(care.network, overTls, null, { ...probe, opening });
}

/** Who it is may show only with the credential; how open it is, only without. */
function asHolderSees(endpoint: Endpoint, { keyed, service }: Identified, catalogue: Catalogue): Endpoint {
  if (keyed === null || service === null) return endpoint;
  const seen = endpointFacts(keyed, catalogue, endpoint.reach);
  if (endpoint.speech !== 'http') return { ...seen, auth: endpoint.auth };
  return { ...endpoint, service: seen.service, cors: seen.cors, basePath: seen.basePath, url: seen.url };
}

function withoutCredentials(request: VerifyRequest): VerifyRequest {
  return { ...request, right: null, retired: null, expired: null, certificates: null };
}

function madeOf(credential: Credential): string[] {
  return mutationsOf(credential.kind === 'basic' ? credential.password : credential.value).map(({ value }) => value);
}

/** Whoever has no certificate gets no further than the handshake: whatever stands behind, it was not reached. */
function withoutCertificate({ host, address, port, url, reach }: Endpoint, request: VerifyRequest): Expectation[] {
  const handshake = {
    host: host ?? '',
    address: address ?? '',
    port: port ?? 0,
    url: url ?? request.url,
    reach,
    service: null,
    class: null,
    request: 'TLS handshake',
    status: null,
    side: false,
    standsFor: [],
  };
  const refused: Expectation = {
    ...handshake,
    check: 'anonymous',
    sent: 'no client certificate',
    expected: 'refused',
    got: 'refused',
    verdict: 'held',
  };
  if (!givesSomething(request)) return [refused];
  const untried: Expectation = {
    ...handshake,
    check: 'right-credential',
    sent: 'the right credential',
    expected: 'accepted',
    got: 'unknown',
    verdict: 'unknown',
    reason: 'a client certificate is needed first: --client-cert and --client-key',
  };
  return [refused, untried];
}

function probeOptions(
  request: VerifyRequest,
  authorities: readonly string[],
  catalogue: Catalogue,
  system: System,
): ProbeOptions {
  const parts = [system.host.random(), system.host.random()];
  return {
    catalogue,
    never: neverIndex(neverEntries(catalogue.services)),
    budget: Math.min(IDENTIFY_BUDGET, request.budget),
    token: parts.map((part) => part.toString(16).padStart(8, '0')).join(''),
    passive: false,
    basePaths: [],
    opening: {
      limits: {
        connectTimeoutMs: request.connectTimeoutMs,
        responseTimeoutMs: request.responseTimeoutMs,
        maxHeaderBytes: MAX_HEADER_BYTES,
        maxBodyBytes: MAX_BODY_BYTES,
      },
      userAgent: request.userAgent,
      headers: {},
      authorities,
      signal: system.interrupt,
    },
  };
}

function coverageOf(endpoint: Endpoint, complete: boolean): Omit<Coverage, 'undecided'> {
  const probes = Object.fromEntries(PORT_STATES.map((state) => [state, 0])) as Record<keyof PortTally, number>;
  const reached = endpoint.speech !== 'silent';
  probes[reached ? 'open' : 'unreachable'] = 1;
  return {
    addresses: 1,
    excludedAddresses: 0,
    ports: endpoint.port === null ? [] : [endpoint.port],
    probes,
    http: endpoint.speech === 'http' ? 1 : 0,
    other: endpoint.speech === 'other' ? 1 : 0,
    silent: endpoint.speech === 'silent' ? 1 : 0,
    requests: endpoint.requests,
    connections: endpoint.connections,
    complete,
  };
}
