import type { NeverEntry } from '../catalogue/never.ts';
import { controlRequest, withForeignHost, withForeignOrigin } from '../catalogue/request.ts';
import type { DeclaredRequest, Exchange, Failure, TlsSummary, Transport } from '../model/exchange.ts';
import type { Catalogue, Service } from '../model/service.ts';
import type { AdmittedTarget } from '../model/target.ts';
import type { Network, OpenConnection, OpeningOptions } from '../system/ports.ts';
import type { Answers } from './answers.ts';
import { isRefusal, judgeService } from './auth.ts';
import { candidates, NAMED, openLeads, promise, SETTLED } from './identify.ts';
import { intermediariesOf } from './intermediaries.ts';
import { createSession, type Session } from './session.ts';
import { holdsFor, versionOf } from './version.ts';

/*
 * One endpoint, asked: what it is, then what it lets anyone do. This file decides what to ask next,
 * never what it means; meaning is in facts.ts.
 */

export interface ProbeOptions {
  readonly catalogue: Catalogue;
  readonly never: readonly NeverEntry[];
  readonly budget: number;
  readonly token: string;
  readonly passive: boolean;
  /** Base paths given by the user, tried before those of the service files. */
  readonly basePaths: readonly string[];
  readonly opening: Omit<OpeningOptions, 'tlsFirst'>;
}

/** What was learned of one open port, nothing judged. */
export type EndpointObservation =
  | {
      readonly speech: 'http';
      readonly target: AdmittedTarget;
      readonly transport: Transport;
      readonly tls: TlsSummary | null;
      readonly basePath: string;
      readonly answers: Answers;
      readonly requests: number;
      readonly connections: number;
      readonly exhausted: boolean;
    }
  | {
      readonly speech: 'other' | 'silent';
      readonly target: AdmittedTarget;
      readonly transport: Transport;
      readonly tls: TlsSummary | null;
      readonly reason: Failure;
      readonly detail: string;
      readonly connections: number;
    };

/** Ports on which TLS is the rule (IANA: https, pcsync-https). */
const TLS_PORTS = new Set([443, 8443]);

/** After this many refusals in a row, and no service named, the rest is expected to be refused too. */
const ENOUGH_REFUSALS = 8;
/** Base paths tried where nothing is known at the root. */
const MAX_MOUNTS = 3;
/** Kept for what follows once a service is named. */
const VARIANTS = 2;

export async function gatherEndpoint(
  network: Network,
  target: AdmittedTarget,
  connection: OpenConnection | null,
  options: ProbeOptions,
): Promise<EndpointObservation> {
  const { catalogue, token } = options;
  const tlsPorts = new Set(
    catalogue.services.flatMap(({ ports }) => ports.flatMap(({ port, tls }) => (tls ? [port] : []))),
  );
  const tlsFirst = TLS_PORTS.has(target.port) || tlsPorts.has(target.port);
  const opening = await network.open(target, controlRequest(token), connection, { ...options.opening, tlsFirst });
  if (opening.speech !== 'http') return { target, ...opening };

  const { conversation } = opening;
  try {
    const root = createSession(conversation, opening.first, options);
    const session = await identifyEndpoint(root, target, catalogue, options.basePaths);
    await operate(session, catalogue);
    return {
      speech: 'http',
      target,
      transport: conversation.transport,
      tls: conversation.tls,
      basePath: target.basePath + session.basePath,
      answers: session.answers,
      requests: session.spent,
      connections: conversation.connections,
      exhausted: session.left <= 0,
    };
  } finally {
    conversation.close();
  }
}

/** Asks until a service is settled or nothing promising is left; returns the session at the base path where it was found. */
async function identifyEndpoint(
  root: Session,
  target: AdmittedTarget,
  catalogue: Catalogue,
  basePaths: readonly string[],
): Promise<Session> {
  for (const basePath of basePaths) {
    const session = await root.below(basePath);
    await identify(session, target, catalogue);
    if (named(session.answers, catalogue)) return session;
  }
  await identify(root, target, catalogue);
  if (named(root.answers, catalogue) || everythingRefused(root.answers, catalogue)) return root;

  const mounts = [...new Set(catalogue.services.flatMap((service) => service.mounts))].slice(0, MAX_MOUNTS);
  for (const mount of mounts) {
    const services = catalogue.services.filter((service) => service.mounts.includes(mount));
    if (root.left < services.length + 2) break;
    const session = await root.below(mount);
    for (const service of services) {
      const lead = openLeads(service, session.answers)[0];
      if (lead) await session.ask(lead);
    }
    if (named(session.answers, catalogue)) {
      await identify(session, target, catalogue);
      return session;
    }
  }
  return root;
}

function named(answers: Answers, catalogue: Catalogue): boolean {
  return (candidates(catalogue, answers)[0]?.score ?? 0) >= NAMED;
}

async function identify(session: Session, target: AdmittedTarget, catalogue: Catalogue): Promise<void> {
  const { answers } = session;
  let refusals = 0;
  for (;;) {
    await greet(session, catalogue);
    const found = candidates(catalogue, answers);
    const best = found[0];
    if (best && best.score >= SETTLED && rivals(best.service, catalogue, answers).length === 0) break;
    const request =
      best && best.score >= SETTLED
        ? rivals(best.service, catalogue, answers)[0]
        : nextLead(catalogue, target, answers);
    const reserve = best && best.score >= NAMED ? costOf(best.service, answers) : 0;
    if (!request || session.left <= reserve) break;
    if (!(await session.ask(request))) break;

    const subject = answers.subject(request);
    refusals = subject && isRefusal(catalogue, subject) ? refusals + 1 : 0;
    if (refusals >= ENOUGH_REFUSALS && (best?.score ?? 0) < NAMED) break;
  }
  const winner = candidates(catalogue, answers)[0];
  if (winner && winner.score >= SETTLED) session.settle(winner.service.id);
}

/** Sends protocol hellos whose tell was seen. */
async function greet(session: Session, catalogue: Catalogue): Promise<void> {
  for (const service of catalogue.services) {
    for (const probe of service.protocol) {
      const due = !session.answers.exchange(probe.request) && probe.after.some((sign) => session.answers.shows(sign));
      if (due) await session.greet(probe);
    }
  }
}

/** First requests of the services that could be mistaken for this one, not yet asked. */
function rivals(service: Service, catalogue: Catalogue, answers: Answers): DeclaredRequest[] {
  const leads = service.losesTo.flatMap((id) => {
    const rival = catalogue.services.find((other) => other.id === id);
    const asked = rival?.identify.some(({ signs }) =>
      signs.some(({ request }) => request !== null && answers.exchange(request) !== undefined),
    );
    return rival && !asked ? openLeads(rival, answers).slice(0, 1) : [];
  });
  return [...new Map(leads.map((lead) => [lead.key, lead])).values()];
}

/** The next request worth its place in the budget: `/` first, then the lead of the most promising service. */
function nextLead(catalogue: Catalogue, target: AdmittedTarget, answers: Answers): DeclaredRequest | undefined {
  const scores = new Map(candidates(catalogue, answers).map(({ service, score }) => [service.id, score]));
  const shared = new Map<string, { request: DeclaredRequest; value: number; speakers: number }>();
  for (const service of catalogue.services) {
    const score = scores.get(service.id) ?? 0;
    const leads = openLeads(service, answers);
    const value = promise(service, target.port, score, answers);
    // A service that has shown something, or stands on its own port, may ask for more than its first sign.
    const wanted = score > 0 ? leads : leads.slice(0, 1);
    for (const [index, request] of wanted.entries()) {
      const known = shared.get(request.key);
      const front = request.path === '/' ? 1000 : 0;
      const worth = value + front - index * 5;
      shared.set(request.key, {
        request,
        value: Math.max(worth, known?.value ?? worth),
        speakers: (known?.speakers ?? 0) + 1,
      });
    }
  }
  return [...shared.values()].sort(
    (a, b) => b.value - a.value || b.speakers - a.speakers || (a.request.key < b.request.key ? -1 : 1),
  )[0]?.request;
}

function everythingRefused(answers: Answers, catalogue: Catalogue): boolean {
  const subjects = [null, ...answers.all.map(({ request }) => request)].flatMap(
    (request) => answers.subject(request) ?? [],
  );
  return subjects.length > 2 && subjects.every((subject) => isRefusal(catalogue, subject));
}

/** Requests of a service still to be sent, for the release that was seen. */
function pending(service: Service, answers: Answers): DeclaredRequest[] {
  const version = versionOf(service, answers);
  const current = service.operations.filter((probe) => holdsFor(version, probe));
  const main = current.filter((probe) => !probe.side);
  const side = current.filter((probe) => probe.side);
  const wanted = [...service.version, ...main, ...service.conditions, ...side].flatMap(({ request }) =>
    request ? [request] : [],
  );
  return [...new Map(wanted.map((request) => [request.key, request])).values()].filter(
    (request) => !answers.exchange(request),
  );
}

function costOf(service: Service, answers: Answers): number {
  return pending(service, answers).length + VARIANTS;
}

/** Asks what decides the auth verdict of the named service, then how it treats foreign origins and hosts. */
async function operate(session: Session, catalogue: Catalogue): Promise<void> {
  const { answers } = session;
  const service = candidates(catalogue, answers)[0]?.service;
  if (!service) return;
  for (const request of pending(service, answers)) {
    if (request.kind === 'protocol') continue;
    if (request.kind === 'gate' && alreadyDecided(request, service, catalogue, answers)) continue;
    await session.ask(request);
  }
  if (service.cors) await session.ask(withForeignOrigin(service.cors.request));
  if (service.hostCheck) await session.ask(withForeignHost(service.hostCheck.request));
}

/** A POST is not sent where a GET of the same class has already settled what it would say. */
function alreadyDecided(request: DeclaredRequest, service: Service, catalogue: Catalogue, answers: Answers): boolean {
  const probe = service.operations.find((operation) => operation.request?.key === request.key);
  if (!probe || probe.side) return false;
  const { doors } = judgeService(
    catalogue,
    service,
    answers,
    intermediariesOf(catalogue, answers),
    ({ directOnly }) => directOnly,
  );
  return doors.some((door) => door.class === probe.class && door.state !== 'unknown');
}

/** The exchanges as they were made, the control first. */
export function exchangesOf(observation: EndpointObservation): readonly Exchange[] {
  if (observation.speech !== 'http') return [];
  const { control, all } = observation.answers;
  return control ? [control, ...all] : all;
}
