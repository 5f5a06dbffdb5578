import { neverEntries } from '../catalogue/check.ts';
import { neverIndex } from '../catalogue/never.ts';
import { controlRequest, withLines } from '../catalogue/request.ts';
import { judgeExpectations } from '../judge/expectations.ts';
import type { Credential } from '../model/credential.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { DeclaredRequest, HttpResponse, TlsSummary } from '../model/exchange.ts';
import type { Expectation } from '../model/expectation.ts';
import { type Coverage, PORT_STATES, type PortTally, type ResultDocument, type Trouble } from '../model/result.ts';
import type { Catalogue } from '../model/service.ts';
import { answerSubject } from '../network/answers.ts';
import { isRefusal } from '../network/auth.ts';
import { endpointFacts } from '../network/facts.ts';
import { gatherEndpoint, type ProbeOptions } from '../network/gather.ts';
import { intermediariesOf } from '../network/intermediaries.ts';
import { doorsOf, type GuardedDoor, strangerDoor } from '../network/verify/assess.ts';
import { createTalk, type Row, unprovedRows } from '../network/verify/attempt.ts';
import { type Care, carefulNetwork } from '../network/verify/careful-network.ts';
import { conductRows } from '../network/verify/conduct.ts';
import { linesOf, secretsOf } from '../network/verify/credential.ts';
import { mutationsOf } from '../network/verify/mutations.ts';
import { prove } from '../network/verify/prove.ts';
import type { System } from '../system/ports.ts';
import { reachOf } from '../targets/scope.ts';
import { resultDocument } from './document.ts';
import { type Identified, identify } from './verify-identify.ts';
import { neighbourRows } from './verify-neighbours.ts';
import type { VerifyRequest } from './verify-request.ts';
import { openVerifyTarget, type VerifyTarget } from './verify-target.ts';
import { isTrusted, mustTrust, whyUnexpired, whyWithheld } from './verify-trust.ts';

const MAX_HEADER_BYTES = 65_536;
const MAX_BODY_BYTES = 1_048_576;
/** Of the whole, for finding out what it is; once without and once with the key. */
const IDENTIFY_BUDGET = 25;

interface Verification {
  readonly request: VerifyRequest;
  readonly catalogue: Catalogue;
  readonly system: System;
  readonly opened: VerifyTarget;
  readonly care: Care;
  readonly probe: ProbeOptions;
  /** Filled as the run goes on. */
  readonly troubles: Trouble[];
}

/** One URL, proved from outside. @throws UsageError */
export async function verify(request: VerifyRequest, catalogue: Catalogue, system: System): Promise<ResultDocument> {
  const startedAt = system.clock.now();
  const opened = await openVerifyTarget(request, system);
  const wait = (): Promise<void> =>
    request.paceMs === 0 ? Promise.resolve() : system.clock.sleep(request.paceMs, system.interrupt);
  const care = carefulNetwork(await system.network(), request.budget, wait);
  const given = [request.right, request.retired, request.expired];
  // What is made of a credential differs from it in a character or two.
  care.hide(given.flatMap((credential) => (credential ? [...secretsOf(credential), ...madeOf(credential)] : [])));
  const probe = probeOptions(request, catalogue, system);
  const [target] = opened.targets;
  const troubles: Trouble[] = opened.refused.map((what) => ({ kind: 'out-of-scope', where: target.host, what }));
  const run: Verification = { request, catalogue, system, opened, care, probe, troubles };
  const reach = request.assumeReach ?? reachOf(target.address);

  const anonymous = await gatherEndpoint(care.network, target, null, probe);
  let endpoint = endpointFacts(anonymous, catalogue, reach);
  let expectations: readonly Expectation[] = [];
  if (anonymous.speech === 'http') {
    const withheld = whyWithheld(request, anonymous.transport, anonymous.tls, reachOf(target.address) === 'loopback');
    if (withheld !== null) troubles.push({ kind: 'credential-withheld', where: target.host, what: withheld });
    const identified = await identify(care.network, anonymous, {
      catalogue,
      probe,
      opened,
      right: withheld === null ? request.right : null,
      wanted: { header: request.keyHeader, scheme: request.keyScheme },
      trusts: (tls) => !mustTrust(request, reachOf(target.address) === 'loopback') || isTrusted(tls, request.pin),
    });
    if (identified.keyed !== null && identified.service !== null) {
      const { service, cors, basePath, url } = endpointFacts(identified.keyed, catalogue, reach);
      endpoint = { ...endpoint, service, cors, basePath, url };
    }
    expectations = await proveAll(run, identified, endpoint, withheld);
  } else if (anonymous.reason === 'client-certificate-required') {
    expectations = [withoutCertificate(endpoint, request.url)];
  } else {
    troubles.push({ kind: 'not-examined', where: request.url, what: `${anonymous.reason}: ${anonymous.detail}` });
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

async function proveAll(
  run: Verification,
  identified: Identified,
  endpoint: Endpoint,
  withheld: string | null,
): Promise<Expectation[]> {
  const { request, catalogue, system, care, probe, opened } = run;
  const { service, target, presentation, anonymous } = identified;
  const loopback = reachOf(target.address) === 'loopback';
  const control = controlRequest(probe.token);
  const responses: { readonly request: DeclaredRequest; readonly response: HttpResponse }[] = [];
  const opening = {
    ...probe.opening,
    tlsFirst: anonymous.transport === 'tls',
    // Without a credential to lose, any certificate will do.
    ...(withheld === null && (request.right ?? request.retired ?? request.expired) && mustTrust(request, loopback)
      ? { trusts: (tls: TlsSummary) => isTrusted(tls, request.pin) }
      : {}),
  };
  const session = await care.network.open(target, control, null, opening);
  if (session.speech !== 'http') {
    run.troubles.push({ kind: 'not-examined', where: request.url, what: `${session.reason}: ${session.detail}` });
    return [];
  }
  const { conversation } = session;
  let rows: Row[];
  try {
    const known = new Map([...identified.known, [control.key, session.first] as const]);
    const talk = createTalk(async (asked) => {
      const outcome = await conversation.exchange(asked);
      if (outcome.status === 'ok') responses.push({ request: asked, response: outcome.response });
      return outcome;
    }, known);
    const sendable = withheld === null;
    const doors = doorsFor(identified, run, control);
    rows = await prove(talk, {
      doors,
      variants: service && identified.settled ? service.verify.variants : [],
      presentation,
      right: sendable ? request.right : null,
      retired: sendable ? request.retired : null,
      expired: sendable ? request.expired : null,
      withheld,
      unexpired: whyUnexpired(request, system.clock.now()),
      intermediaries: intermediariesOf(catalogue, anonymous.answers),
    });
    if (service) rows.push(...unprovedRows(service, doors));
  } finally {
    conversation.close();
  }
  const answered = [...identified.known.values()].flatMap((outcome) =>
    outcome.status === 'ok' ? [outcome.response] : [],
  );
  const right = request.right ? linesOf(request.right, presentation).map(([, value]) => value) : [];
  const failures = responses.filter(
    ({ request: asked }) => asked.lines !== undefined && !asked.lines.some(([, value]) => right.includes(value)),
  );
  rows.push(
    ...conductRows({
      responses: [...answered, ...responses.map(({ response }) => response)],
      failures: failures.map(({ response }) => response),
      transport: anonymous.transport,
      cors: endpoint.cors,
    }),
  );
  const place = {
    host: target.host,
    address: target.address,
    port: target.port,
    url: endpoint.url ?? request.url,
    reach: endpoint.reach,
    service: service ? { id: service.id, name: service.name } : null,
  };
  const own = rows.map((row): Expectation => ({ ...place, ...row }));
  if (service === null) return own;
  const beside = await neighbourRows(care.network, {
    catalogue,
    service,
    opened,
    ports: request.neighbours,
    transport: anonymous.transport,
    tls: anonymous.tls,
    token: probe.token,
    never: probe.never,
    assumeReach: request.assumeReach,
    opening: { ...probe.opening, tlsFirst: false },
  });
  return [...own, ...beside];
}

function madeOf(credential: Credential): string[] {
  return mutationsOf(credential.kind === 'basic' ? credential.password : credential.value).map(({ value }) => value);
}

/** Whoever has no certificate gets no further than the handshake: whatever stands behind, it was not reached. */
function withoutCertificate({ host, address, port, url, reach }: Endpoint, asked: string): Expectation {
  return {
    check: 'anonymous',
    host: host ?? '',
    address: address ?? '',
    port: port ?? 0,
    url: url ?? asked,
    reach,
    service: null,
    class: null,
    request: 'TLS handshake',
    sent: 'no client certificate',
    expected: 'refused',
    got: 'refused',
    status: null,
    verdict: 'held',
    side: false,
    standsFor: [],
  };
}

/** Where there is doubt what stands there, no gate probe is sent and nothing that is on any service's never-list. */
function doorsFor(
  { service, settled, anonymous, keyed, known, presentation }: Identified,
  { catalogue, probe, request: { right } }: Verification,
  control: DeclaredRequest,
): GuardedDoor[] {
  if (service !== null) {
    const answers = (keyed ?? anonymous).answers;
    const safe = (request: DeclaredRequest): boolean => request.kind === 'read' && probe.never(request).length === 0;
    return doorsOf(catalogue, service, answers, control).filter(({ request }) => settled || safe(request));
  }
  const bare = known.get(control.key);
  const refused = bare?.status === 'ok' && isRefusal(catalogue, answerSubject(bare.response));
  const opened = right ? known.get(withLines(control, linesOf(right, presentation)).key) : undefined;
  const granted = refused && opened?.status === 'ok' && opened.response.status < 500 ? opened.response.status : null;
  return [strangerDoor(catalogue, control, 'GET (random path)', granted)];
}

function probeOptions(request: VerifyRequest, catalogue: Catalogue, system: System): ProbeOptions {
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
