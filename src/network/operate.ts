import { withForeignHost, withForeignOrigin } from '../catalogue/request.ts';
import type { DeclaredRequest } from '../model/exchange.ts';
import type { Catalogue, Service } from '../model/service.ts';
import type { Answers } from './answers.ts';
import { judgeService } from './auth.ts';
import { candidates } from './identify.ts';
import { intermediariesOf } from './intermediaries.ts';
import type { Session } from './session.ts';
import { holdsFor, versionOf } from './version.ts';

/** Requests of a service still to be sent, for the release that was seen. */
export function pending(service: Service, answers: Answers): DeclaredRequest[] {
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

/** Asks what decides the auth verdict of the named service, then how it treats foreign origins and hosts. */
export async function operate(session: Session, catalogue: Catalogue): Promise<void> {
  const { answers } = session;
  const service = candidates(answers)[0]?.service;
  if (!service) return;
  for (const request of pending(service, answers)) {
    if (request.kind === 'protocol') continue;
    if (request.kind === 'gate' && alreadyDecided(request, service, catalogue, answers)) continue;
    await session.ask(request);
  }
  if (service.cors) await session.ask(withForeignOrigin(service.cors.request));
  if (service.hostCheck) await session.ask(withForeignHost(service.hostCheck.request));
}

/**
 * A POST is not sent where a GET of the same class was refused already. Where the GET was granted it is: a proxy that
 * leaves no sign on its answers may still guard by method.
 */
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
  return doors.some((door) => door.class === probe.class && door.state === 'guarded');
}
