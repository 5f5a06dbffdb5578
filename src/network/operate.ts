import { withForeignHost, withForeignOrigin } from '../catalogue/request.ts';
import type { OperationClass } from '../model/auth.ts';
import type { DeclaredRequest } from '../model/exchange.ts';
import type { Service } from '../model/service.ts';
import { onceForAlike } from './answers.ts';
import { judgeService } from './auth.ts';
import { candidates } from './identify.ts';
import { intermediariesOf } from './intermediaries.ts';
import type { Session } from './session.ts';
import { holdsFor, versionOf } from './version.ts';

/** Requests of a service still to be sent, for the release that was seen. */
export const pending = onceForAlike((answers, service: Service): readonly DeclaredRequest[] => {
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
});

/** Asks what decides the auth verdict of the named service, then how it treats foreign origins and hosts. */
export async function operate(session: Session): Promise<void> {
  const { answers } = session;
  const service = candidates(answers)[0]?.service;
  if (!service) return;
  for (const request of pending(answers, service)) {
    if (request.kind === 'protocol') continue;
    if (request.kind === 'gate' && refusedClasses(answers, service).has(classAsked(request, service))) continue;
    await session.ask(request);
  }
  if (service.cors) await session.ask(withForeignOrigin(service.cors.request));
  if (service.hostCheck) await session.ask(withForeignHost(service.hostCheck.request));
}

/** What a gate probe is to settle; null where it is a side door or none. */
function classAsked(request: DeclaredRequest, service: Service): OperationClass | null {
  const probe = service.operations.find((operation) => operation.request?.key === request.key);
  return probe && !probe.side ? probe.class : null;
}

/**
 * A POST is not sent where a GET of the same class was refused already. Where the GET was granted it is: a proxy that
 * leaves no sign on its answers may still guard by method.
 */
const refusedClasses = onceForAlike((answers, service: Service): ReadonlySet<OperationClass | null> => {
  const { catalogue } = answers;
  const intermediaries = intermediariesOf(catalogue, answers);
  const { doors } = judgeService(catalogue, service, answers, intermediaries, ({ directOnly }) => directOnly);
  return new Set(doors.filter(({ state }) => state === 'guarded').map((door) => door.class));
});
