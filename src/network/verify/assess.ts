import type { OperationClass } from '../../model/auth.ts';
import type { DeclaredRequest, ExchangeOutcome } from '../../model/exchange.ts';
import type { Catalogue, OperationProbe, Service } from '../../model/service.ts';
import { type AnswerSubject, answerSubject } from '../answer-subject.ts';
import type { Answers } from '../answers.ts';
import { isRefusal, judgeAnswer, wallOf } from '../auth.ts';
import { holdsFor, versionOf } from '../version.ts';

/** What one answer comes to. */
export interface Assessment {
  readonly got: 'refused' | 'accepted' | 'unknown';
  readonly status: number | null;
  readonly reason?: string;
}

/** A request that must be refused without the right credential, and how its answers are to be read. */
export interface GuardedDoor {
  readonly class: OperationClass | null;
  readonly request: DeclaredRequest;
  /** Method and path as shown. */
  readonly name: string;
  readonly side: boolean;
  readonly standsFor: readonly string[];
  readonly reveals?: string;
  /** A GET in the place of another request: settles nothing where something stands in front. */
  readonly standIn: boolean;
  assess(outcome: ExchangeOutcome): Assessment;
}

/**
 * The doors of a described service, for the release that was seen. `control` is the random path. A protocol has several
 * hellos for several releases: its door is the one that was sent and told.
 */
export function doorsOf(
  catalogue: Catalogue,
  service: Service,
  answers: Answers,
  control: DeclaredRequest,
): GuardedDoor[] {
  const version = versionOf(service, answers);
  const current = service.operations.filter((probe) => probe.class !== 'identity' && holdsFor(version, probe));
  const doors = current.map(
    (probe): GuardedDoor => ({
      class: probe.class,
      request: probe.request ?? control,
      name: probe.request ? `${probe.request.method} ${probe.request.path}` : 'GET (random path)',
      side: probe.side,
      standsFor: probe.standsFor,
      ...(probe.reveals ? { reveals: probe.reveals } : {}),
      standIn: probe.directOnly,
      assess: (outcome) => assessWith(outcome, (subject) => judged(catalogue, service, probe, subject, answers)),
    }),
  );
  return doors.filter(({ request, assess }) => {
    if (request.kind !== 'protocol') return true;
    const sent = answers.exchange(request);
    return sent !== undefined && assess(sent.outcome).got !== 'unknown';
  });
}

function judged(
  catalogue: Catalogue,
  service: Service,
  probe: OperationProbe,
  subject: AnswerSubject,
  answers: Answers,
): Pick<Assessment, 'got' | 'reason'> {
  const { state, reason } = judgeAnswer(catalogue, service, probe, subject, answers, []);
  const got = state === 'open' ? 'accepted' : state === 'guarded' ? 'refused' : 'unknown';
  return { got, ...(reason ? { reason } : {}) };
}

/**
 * A door of a service that nobody described: it is locked where the random path, or the page at the root, is refused
 * without credentials and gets something else with the right one.
 */
export function strangerDoor(
  catalogue: Catalogue,
  request: DeclaredRequest,
  name: string,
  granted: number | null,
): GuardedDoor {
  return {
    class: null,
    request,
    name,
    side: false,
    standsFor: [],
    standIn: false,
    assess: (outcome) =>
      assessWith(outcome, (subject) => {
        const wall = wallOf(catalogue, subject);
        if (wall) return { got: 'unknown', reason: wall };
        if (isRefusal(catalogue, subject)) return { got: 'refused' };
        if (granted === null) return { got: 'unknown', reason: 'nobody described what this service guards' };
        return subject.status === granted
          ? { got: 'accepted' }
          : { got: 'unknown', reason: `unexpected answer: HTTP ${subject.status}` };
      }),
  };
}

function assessWith(
  outcome: ExchangeOutcome,
  read: (subject: AnswerSubject) => Pick<Assessment, 'got' | 'reason'>,
): Assessment {
  if (outcome.status === 'failed') {
    const got = outcome.reason === 'client-certificate-required' ? 'refused' : 'unknown';
    return { got, status: null, reason: outcome.reason };
  }
  const subject = answerSubject(outcome.response);
  return { status: subject.status, ...read(subject) };
}
