import { FOREIGN_ORIGIN, operationOf, withForeignHost, withForeignOrigin } from '../catalogue/request.ts';
import type { AuthVerdict } from '../model/auth.ts';
import type { CorsPolicy, Endpoint, Evidence, EvidenceKind, HostCheck, ServiceIdentity } from '../model/endpoint.ts';
import type { DeclaredRequest, Exchange, Failure } from '../model/exchange.ts';
import { redact } from '../model/redact.ts';
import type { Catalogue, Service, Sign } from '../model/service.ts';
import type { AdmittedTarget, Reach } from '../model/target.ts';
import type { AnswerSubject } from './answer-subject.ts';
import { type Answers, onceForAlike } from './answers.ts';
import { isLoginRedirect, judgeService, judgeStranger, wallOf } from './auth.ts';
import type { EndpointObservation } from './gather.ts';
import { candidates, confidenceOf } from './identify.ts';
import { intermediariesOf } from './intermediaries.ts';
import { advisoriesFor, holdsFor, versionOf } from './version.ts';

const CLOSED_BOOK: AuthVerdict = {
  overall: 'unknown',
  operations: { identity: 'unknown', inventory: 'unknown', inference: 'unknown', admin: 'unknown' },
  schemes: [],
  doors: [],
};

/** Turns what was observed on one port into the endpoint that rules judge. Pure. */
export function endpointFacts(observation: EndpointObservation, catalogue: Catalogue, reach: Reach): Endpoint {
  const { target, transport, tls } = observation;
  const place = {
    origin: 'observed' as const,
    host: target.host,
    address: target.address,
    port: target.port,
    transport,
    reach,
    tls,
    connections: observation.connections,
    siblings: [],
  };
  if (observation.speech !== 'http') {
    const mtls = observation.reason === 'client-certificate-required';
    const auth: AuthVerdict = mtls ? { ...CLOSED_BOOK, overall: 'guarded', schemes: ['mtls'] } : CLOSED_BOOK;
    return {
      ...place,
      url: urlOf(target, transport, target.basePath),
      speech: observation.speech,
      basePath: target.basePath,
      service: null,
      auth,
      cors: 'unknown',
      hostCheck: 'unknown',
      conditions: [],
      advisories: [],
      intermediaries: [],
      evidence: [],
      requests: 1,
      notes: [`${observation.reason}: ${redact(observation.detail)}`],
    };
  }

  const { answers, basePath } = observation;
  const { emptiness, failures, ...said } = heardFrom(answers, catalogue);
  return {
    ...place,
    url: urlOf(target, transport, basePath),
    speech: 'http',
    basePath,
    ...said,
    requests: observation.requests,
    notes: [...notesOf(observation, answers, failures), ...emptiness],
  };
}

type Heard = Pick<
  Endpoint,
  'service' | 'auth' | 'cors' | 'hostCheck' | 'conditions' | 'advisories' | 'intermediaries' | 'evidence'
> & {
  /** What came back that settles nothing. */
  readonly emptiness: readonly string[];
  readonly failures: readonly Failure[];
};

/** What the answers say, wherever they came from. */
const heardFrom = onceForAlike((answers, catalogue: Catalogue): Heard => {
  const found = candidates(answers)[0];
  const service = found?.service;
  const version = service ? versionOf(service, answers) : null;
  const intermediaries = intermediariesOf(catalogue, answers);
  const auth = service
    ? judgeService(catalogue, service, answers, intermediaries, (probe) => holdsFor(version, probe))
    : judgeStranger(catalogue, answers);
  const identity: ServiceIdentity | null =
    found && service
      ? { id: service.id, name: service.name, kind: service.kind, version, confidence: confidenceOf(found.score) }
      : null;
  const loading =
    service &&
    [null, ...answers.all.map(({ request }) => request)].some((request) =>
      isLoading(service, answers, answers.subject(request)),
    );
  return {
    service: identity,
    auth,
    cors: service ? corsOf(service, answers) : 'unknown',
    hostCheck: service ? hostCheckOf(service, answers) : 'unknown',
    conditions: service
      ? [
          ...new Set([
            ...service.conditions.filter((sign) => answers.shows(sign)).map(({ condition }) => condition),
            ...(loading ? (['loading'] as const) : []),
          ]),
        ].sort()
      : [],
    advisories: service
      ? advisoriesFor(service, version).map(({ id, title, severity, affected, fixed }) => ({
          id,
          title,
          severity,
          affected,
          fixed,
        }))
      : [],
    intermediaries,
    evidence: evidenceOf(service, found?.signs ?? [], answers),
    emptiness: emptyAnswers(answers, catalogue),
    failures: answers.all.flatMap(({ outcome }) => (outcome.status === 'failed' ? [outcome.reason] : [])),
  };
});

function isLoading(service: Service, answers: Answers, subject: AnswerSubject | undefined): boolean {
  return subject !== undefined && service.loading.some((match) => answers.matches(match, subject));
}

function urlOf(target: AdmittedTarget, transport: 'plaintext' | 'tls', basePath: string): string {
  const host = target.serverName ?? target.host;
  const literal = host.includes(':') ? `[${host}]` : host;
  return `${transport === 'tls' ? 'https' : 'http'}://${literal}:${target.port}${basePath}/`;
}

/** Fetch standard §3.2: which foreign origins may read answers. */
function corsOf(service: Service, answers: Answers): CorsPolicy {
  const subject = service.cors ? answers.subject(withForeignOrigin(service.cors.request)) : undefined;
  if (!subject) return 'unknown';
  const allowed = subject.headers['access-control-allow-origin']?.trim();
  if (allowed === '*') return 'any';
  if (allowed !== FOREIGN_ORIGIN) return subject.status >= 500 ? 'unknown' : 'none';
  return subject.headers['access-control-allow-credentials']?.trim() === 'true'
    ? 'reflected-with-credentials'
    : 'reflected';
}

/** A foreign Host that is served like the real one lets a rebinding page talk to the service. */
function hostCheckOf(service: Service, answers: Answers): HostCheck {
  if (!service.hostCheck) return 'unknown';
  const plain = answers.subject(service.hostCheck.request);
  const foreign = answers.subject(withForeignHost(service.hostCheck.request));
  if (!plain || !foreign || plain.status >= 400) return 'unknown';
  if ([400, 403, 404, 421].includes(foreign.status)) return 'enforced';
  return foreign.status === plain.status ? 'missing' : 'unknown';
}

const MAX_EVIDENCE = 16;

/** What speaks for the identity, for each door, and for every other fact, once each. */
function evidenceOf(service: Service | undefined, signs: readonly Sign[], answers: Answers): Evidence[] {
  const found = new Map<string, Evidence>();
  const add = (about: EvidenceKind, request: DeclaredRequest | null, note = ''): void => {
    const exchange = answers.exchange(request);
    if (!exchange) return;
    const operation = (request === null ? 'GET (random path)' : operationOf(exchange.request)) + note;
    const shows = shown(answers.subject(request), exchange);
    found.set(`${about} ${operation}`, { about, request: operation, status: statusOf(exchange), shows });
  };
  for (const { request } of signs) add('identity', request);
  if (!service) return [...found.values()];
  for (const probe of service.operations) if (probe.class !== 'identity') add('door', probe.request);
  for (const sign of service.conditions) if (answers.shows(sign)) add('condition', sign.request);
  for (const { request } of service.version) add('version', request);
  if (service.cors) add('cors', withForeignOrigin(service.cors.request), ' (foreign Origin)');
  if (service.hostCheck) add('host-check', withForeignHost(service.hostCheck.request), ' (foreign Host)');
  return [...found.values()].slice(0, MAX_EVIDENCE);
}

function statusOf(exchange: Exchange): number | null {
  return exchange.outcome.status === 'ok' ? exchange.outcome.response.status : null;
}

/** Says what kind of answer it was; never what stood in it beyond key names and a title. */
function shown(subject: AnswerSubject | undefined, exchange: Exchange): string {
  if (!subject) return exchange.outcome.status === 'failed' ? exchange.outcome.reason : 'no answer';
  const allowed = exchange.request.headers.origin && subject.headers['access-control-allow-origin'];
  if (allowed) return `access-control-allow-origin: ${redact(allowed)}`;
  if (exchange.request.read === 'status-only') return 'body not read';
  if (Array.isArray(subject.json)) return `JSON list of ${subject.json.length}`;
  if (subject.json !== null && typeof subject.json === 'object')
    return `JSON with ${Object.keys(subject.json).slice(0, 6).map(keyName).join(', ') || 'no keys'}`;
  if (subject.title !== undefined) return redact(`page titled "${subject.title}"`, 80);
  if (subject.body === '') return 'empty body';
  return redact(`text "${subject.body.trim().split('\n')[0]?.trim()}"`, 80);
}

/** Words joined by underscores are names, however long; anything else in the place of one may be a secret. */
const PLAIN_NAME = /^[a-z]{1,20}(_[a-z]{1,20}){0,5}$/;

function keyName(key: string): string {
  return PLAIN_NAME.test(key) ? key : redact(key, 40);
}

function notesOf(
  { exhausted, givenUp }: { readonly exhausted: boolean; readonly givenUp: boolean },
  answers: Answers,
  failures: readonly Failure[],
): string[] {
  const notes: string[] = [];
  if (exhausted) notes.push('the request budget was used up');
  if (givenUp && failures.length === 0) notes.push('answers too slowly to be asked further');
  if (answers.control?.outcome.status === 'failed') notes.push(`first request: ${answers.control.outcome.reason}`);
  if (failures.length > 0)
    notes.push(
      `${counted(failures.length, 'request')} without an answer (${[...new Set(failures)].sort().join(', ')})`,
    );
  return notes;
}

/** Walls, and redirects, which are not followed. */
function emptyAnswers(answers: Answers, catalogue: Catalogue): string[] {
  const elsewhere = redirectOf(answers.subject(null));
  const walls = [null, ...answers.all.map(({ request }) => request)].flatMap((request) => {
    const subject = answers.subject(request);
    return (subject && wallOf(catalogue, subject)) ?? [];
  });
  return [
    ...(elsewhere === null ? [] : [`a random path redirects to ${elsewhere}`]),
    ...(walls.length === 0
      ? []
      : [`${counted(walls.length, 'answer')} of a wall (${[...new Set(walls)].sort().join(', ')})`]),
  ];
}

function redirectOf(subject: AnswerSubject | undefined): string | null {
  if (!subject || ![301, 302, 303, 307, 308].includes(subject.status) || isLoginRedirect(subject)) return null;
  const place = /^https?:\/\/[^/?#]+/i.exec(subject.headers.location ?? '')?.[0];
  return place === undefined ? null : redact(place, 80);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
