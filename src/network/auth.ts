import { operationOf } from '../catalogue/request.ts';
import {
  AUTH_SCHEMES,
  type AuthScheme,
  type AuthVerdict,
  type ClassState,
  type Door,
  type DoorState,
  OPERATION_CLASSES,
  type OperationClass,
  type OverallState,
} from '../model/auth.ts';
import type { Exchange } from '../model/exchange.ts';
import { onceFor } from '../model/once-for.ts';
import type { Catalogue, OperationProbe, Service } from '../model/service.ts';
import type { AnswerSubject } from './answer-subject.ts';
import type { Answers } from './answers.ts';

/*
 * Is it open? Every declared operation that was asked becomes a door with a verdict and its reason.
 * Identity never counts. What is not clearly granted or refused is unknown.
 */

/** Overall verdict over the states of inventory, inference and admin doors. */
export function overallOf(states: readonly DoorState[]): OverallState {
  const decided = states.filter((state) => state !== 'unknown');
  if (decided.length === 0) return 'unknown';
  if (decided.every((state) => state === 'open')) return 'open';
  if (decided.every((state) => state === 'guarded')) return 'guarded';
  return 'partial';
}

/** Main doors decide a class; side doors only where no main door gave an answer, and then only by being open. */
export function classState(doors: readonly Door[], exists: boolean): ClassState {
  if (!exists) return 'absent';
  const main = doors.find((door) => !door.side && door.state !== 'unknown');
  if (main) return main.state;
  return doors.some((door) => door.side && door.state === 'open') ? 'open' : 'unknown';
}

export function judgeService(
  catalogue: Catalogue,
  service: Service,
  answers: Answers,
  intermediaries: readonly string[],
  version: VersionTest,
): AuthVerdict {
  const probes = service.operations.filter(version);
  const doors = withoutBelied(
    probes.flatMap((probe): JudgedProbe[] => {
      const exchange = answers.exchange(probe.request);
      if (!exchange) return [];
      return [{ probe, door: judgeDoor(catalogue, service, probe, exchange, answers, intermediaries) }];
    }),
  );
  const operations = Object.fromEntries(
    OPERATION_CLASSES.map((kind) => {
      const exists = [...probes, ...service.silent].some((operation) => operation.class === kind);
      return [
        kind,
        classState(
          doors.filter((door) => door.class === kind),
          exists,
        ),
      ];
    }),
  ) as Record<OperationClass, ClassState>;
  const counted = doors.filter((door) => door.class !== 'identity');
  const overall = overallOf(counted.map(({ state }) => state));
  return { overall, operations, schemes: schemesOf(service, answers, doors), doors };
}

interface JudgedProbe {
  readonly probe: OperationProbe;
  readonly door: Door;
}

/**
 * A GET that stands for an operation is belied where the operation itself was refused: then something in front that
 * shows no sign treats them differently, and the GET settles nothing, for no class.
 */
function withoutBelied(judged: readonly JudgedProbe[]): Door[] {
  const refused = judged.filter(({ probe, door }) => probe.request?.kind === 'gate' && door.state === 'guarded');
  const main = refused.filter(({ door }) => !door.side);
  const standIns = judged.filter(({ probe, door }) => probe.directOnly && !probe.side && door.state === 'open');
  const belied = new Set(
    standIns
      .filter(({ door }) => main.some((gate) => gate.door.class === door.class))
      .map(({ probe }) => probe.request?.key),
  );
  return judged.map(({ probe, door }): Door => {
    if (!probe.directOnly || door.state !== 'open' || !belied.has(probe.request?.key)) return door;
    return {
      ...door,
      ...unknown(`${main[0]?.door.request} is refused: something in front treats requests differently`),
    };
  });
}

/** Whether an operation exists in the release that was seen. */
export type VersionTest = (probe: OperationProbe) => boolean;

export function judgeDoor(
  catalogue: Catalogue,
  service: Service,
  probe: OperationProbe,
  exchange: Exchange,
  answers: Answers,
  intermediaries: readonly string[],
): Door {
  const subject = answers.subject(probe.request);
  const verdict = subject ? judgeAnswer(catalogue, service, probe, subject, answers, intermediaries) : failed(exchange);
  return {
    class: probe.class,
    request: operationOf(exchange.request),
    status: subject?.status ?? null,
    side: probe.side,
    standsFor: probe.standsFor,
    ...(probe.reveals ? { reveals: probe.reveals } : {}),
    ...verdict,
  };
}

interface Verdict {
  readonly state: DoorState;
  readonly reason?: string;
}

function unknown(reason: string): Verdict {
  return { state: 'unknown', reason };
}

function failed(exchange: Exchange): Verdict {
  const { outcome } = exchange;
  return unknown(outcome.status === 'failed' ? outcome.reason : 'no answer');
}

/** What one answer says, whatever other requests got. */
export function judgeAnswer(
  catalogue: Catalogue,
  service: Service,
  probe: OperationProbe,
  subject: AnswerSubject,
  answers: Answers,
  intermediaries: readonly string[],
): Verdict {
  const fits = (predicates: readonly { readonly key: string; readonly schema: object }[]): boolean =>
    predicates.some((match) => catalogue.matches(match as never, subject));

  if (fits(service.loading)) return unknown('still loading');
  const settlesNothing = probe.unknown.find(({ match }) => catalogue.matches(match, subject));
  if (settlesNothing) return unknown(settlesNothing.reason);

  const veiled =
    probe.directOnly && intermediaries.length > 0
      ? unknown(`${intermediaries.join(', ')} in front may treat other requests otherwise`)
      : null;
  if (fits(probe.open)) {
    const granted = probe.open.filter((match) => catalogue.matches(match, subject));
    const anyPath = probe.request !== null && granted.every((match) => answers.controlAlso(match));
    if (anyPath) return unknown('a random path gets the same answer');
    return veiled ?? { state: 'open' };
  }
  const wall = wallOf(catalogue, subject);
  if (wall) return unknown(wall);
  if (fits(probe.guarded)) return veiled ?? { state: 'guarded' };
  if (isLoginRedirect(subject)) return veiled ?? { state: 'guarded', reason: 'redirects to a login page' };
  if (wantsCertificate(subject)) return veiled ?? { state: 'guarded', reason: 'asks for a client certificate' };
  return unknown(`unexpected answer: HTTP ${subject.status}`);
}

/** A firewall, rate limiter or gateway error, which says nothing about the service behind it. */
export function wallOf(catalogue: Catalogue, subject: AnswerSubject): string | null {
  return wallsIn(catalogue)(subject);
}

const wallsIn = onceFor(({ walls, matches }: Catalogue) =>
  onceFor((subject: AnswerSubject) => walls.find(({ match }) => matches(match, subject))?.name ?? null),
);

const LOGIN_PATH = /(^|[/._-])(log-?in|sign-?in|auth|sso|oauth2?|saml|accounts?)([/?#._-]|$)/i;

/** Redirects to a login page are refusals in a browser's clothes (oauth2-proxy, Authelia, Jupyter). */
export function isLoginRedirect(subject: AnswerSubject): boolean {
  if (![301, 302, 303, 307, 308].includes(subject.status)) return false;
  const location = subject.headers.location ?? '';
  return LOGIN_PATH.test(location.split('?')[0] ?? '') || /[?&](next|rd|redirect_uri|return_to)=/i.test(location);
}

/** nginx asks for client certificates in HTTP: ngx_http_special_response.c, ngx_http_error_496_page. */
export function wantsCertificate({ status, title }: AnswerSubject): boolean {
  return status === 400 && title === '400 No required SSL certificate was sent';
}

/** A refusal that counts: 401, 403, a login page or a demand for a client certificate, not a wall. */
export function isRefusal(catalogue: Catalogue, subject: AnswerSubject): boolean {
  if (wallOf(catalogue, subject)) return false;
  return [401, 403].includes(subject.status) || isLoginRedirect(subject) || wantsCertificate(subject);
}

function schemesOf(service: Service | null, answers: Answers, doors: readonly Door[]): AuthScheme[] {
  const refused = doors.some((door) => door.state === 'guarded');
  if (!refused && service !== null) return [];
  return schemesSeen(service, answers);
}

/** Schemes named by challenges (RFC 9110 §11.6.1), by login redirects, and by the service's own refusal. */
export function schemesSeen(service: Service | null, answers: Answers): AuthScheme[] {
  const found = new Set<AuthScheme>();
  const exchanges = [...answers.all.map(({ request }) => request), null];
  for (const request of exchanges) {
    const subject = answers.subject(request);
    if (!subject) continue;
    for (const scheme of challenges(subject.headers['www-authenticate'] ?? '')) found.add(scheme);
    if (isLoginRedirect(subject)) found.add('cookie');
    if (wantsCertificate(subject)) found.add('mtls');
    if (service?.auth.refusal.some((match) => answers.matches(match, subject)))
      for (const scheme of service.auth.schemes) found.add(scheme);
  }
  if (found.size === 0 && service) for (const scheme of service.auth.schemes) found.add(scheme);
  return AUTH_SCHEMES.filter((scheme) => found.has(scheme));
}

function challenges(header: string): AuthScheme[] {
  const named: [RegExp, AuthScheme][] = [
    [/(^|,\s*)basic\b/i, 'basic'],
    [/(^|,\s*)bearer\b/i, 'bearer'],
    [/(^|,\s*)digest\b/i, 'digest'],
    [/(^|,\s*)(negotiate|ntlm)\b/i, 'negotiate'],
    [/resource_metadata=/i, 'oauth'],
  ];
  return named.filter(([pattern]) => pattern.test(header)).map(([, scheme]) => scheme);
}

/** Refusals on a port without a known service count as guarded from this many distinct paths on. */
const ENOUGH_REFUSALS = 3;

/** The verdict where nobody said what it is: guarded only when every path that was tried was refused. */
export function judgeStranger(catalogue: Catalogue, answers: Answers): AuthVerdict {
  const exchanges = [...(answers.control ? [answers.control] : []), ...answers.all].filter(
    ({ request }) => request.kind === 'read',
  );
  const subjects = exchanges.flatMap((exchange) => {
    const subject = exchange === answers.control ? answers.subject(null) : answers.subject(exchange.request);
    return subject ? [subject] : [];
  });
  const guarded = subjects.length >= ENOUGH_REFUSALS && subjects.every((subject) => isRefusal(catalogue, subject));
  const unknownClasses = Object.fromEntries(
    OPERATION_CLASSES.map((kind) => [kind, guarded ? 'guarded' : 'unknown']),
  ) as Record<OperationClass, ClassState>;
  return {
    overall: guarded ? 'guarded' : 'unknown',
    operations: unknownClasses,
    schemes: guarded ? schemesSeen(null, answers) : [],
    doors: [],
  };
}
