import { controlRequest, withLines } from '../catalogue/request.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { DeclaredRequest, ExchangeOutcome, HttpResponse, TlsSummary } from '../model/exchange.ts';
import type { Expectation } from '../model/expectation.ts';
import type { Trouble } from '../model/result.ts';
import type { Catalogue } from '../model/service.ts';
import type { ClientIdentity } from '../model/tls-identity.ts';
import { answerSubject } from '../network/answer-subject.ts';
import { isRefusal } from '../network/auth.ts';
import { cleanupAfter } from '../network/cleanup.ts';
import type { ProbeOptions } from '../network/gather.ts';
import { intermediariesOf } from '../network/intermediaries.ts';
import { doorsOf, type GuardedDoor, strangerDoor } from '../network/verify/assess.ts';
import { createTalk, type Row, type Talk, unprovedRows } from '../network/verify/attempt.ts';
import type { Care } from '../network/verify/careful-network.ts';
import { createChannel } from '../network/verify/channel.ts';
import { conductRows } from '../network/verify/conduct.ts';
import { linesOf } from '../network/verify/credential.ts';
import { prove, type Ways } from '../network/verify/prove.ts';
import type { System } from '../system/ports.ts';
import type { Identified, KnownAnswers } from './verify-identify.ts';
import { neighbourRows } from './verify-neighbours.ts';
import type { VerifyRequest } from './verify-request.ts';
import type { VerifyTarget } from './verify-target.ts';
import { whyUnexpired } from './verify-trust.ts';

export interface Verification {
  /** Credentials that may not be sent are no longer in it. */
  readonly request: VerifyRequest;
  /** Why credentials that were given are not sent. */
  readonly withheld: string | null;
  readonly catalogue: Catalogue;
  readonly system: System;
  readonly opened: VerifyTarget;
  readonly care: Care;
  readonly probe: ProbeOptions;
  readonly trusts: (tls: TlsSummary) => boolean;
  /** Filled as the run goes on. */
  readonly troubles: Trouble[];
}

/** Every row about one identified door and what stands beside it. */
export async function proveAll(run: Verification, identified: Identified, endpoint: Endpoint): Promise<Expectation[]> {
  const { request, catalogue, care, probe, opened } = run;
  const { service, target, presentation, anonymous, keyed, settled } = identified;
  const control = controlRequest(probe.token);
  const transport = (anonymous ?? keyed)?.transport ?? 'tls';
  // First, because an open door beside the gate is worth more than the last variants when requests run short.
  const beside =
    service === null
      ? []
      : await neighbourRows(care.network, {
          catalogue,
          service,
          opened,
          neighbours: request.neighbours,
          transport,
          token: probe.token,
          never: probe.never,
          assumeReach: request.assumeReach,
          opening: { ...probe.opening, tlsFirst: false },
        });
  const passage = openPassage(run, identified, control);
  let rows: Row[];
  try {
    const doors = doorsFor(identified, run, control);
    rows = await prove({
      doors,
      variants: service && settled ? service.verify.variants : [],
      presentation,
      right: request.right,
      retired: request.retired,
      expired: request.expired,
      withheld: run.withheld,
      unexpired: whyUnexpired(request, run.system.clock.now()),
      intermediaries: [...new Set([anonymous, keyed].flatMap((heard) => seenInFront(catalogue, heard)))],
      ways: passage.ways,
    });
    if (service) rows.push(...unprovedRows(service, doors));
  } finally {
    passage.close();
  }
  const right = request.right ? linesOf(request.right, presentation).map(([, value]) => value) : [];
  const failures = passage.responses.filter(
    ({ asked }) => asked.lines !== undefined && !asked.lines.some(([, value]) => right.includes(value)),
  );
  rows.push(
    ...conductRows({
      responses: [...answered(identified), ...passage.responses.map(({ response }) => response)],
      failures: failures.map(({ response }) => response),
      transport,
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
  return [...own, ...beside];
}

interface Passage {
  readonly ways: Ways;
  /** What came back over any of them. */
  readonly responses: { readonly asked: DeclaredRequest; readonly response: HttpResponse }[];
  close(): void;
}

/** Each client certificate, and none, has connections of its own. */
function openPassage(
  run: Verification,
  { target, known, anonymous, keyed, service }: Identified,
  control: DeclaredRequest,
): Passage {
  const { request, care, probe, trusts } = run;
  const responses: Passage['responses'] = [];
  const open: { close(): void }[] = [];
  const tlsFirst = (anonymous ?? keyed)?.transport !== 'plaintext';
  const talk = (identity: ClientIdentity | null, answers: KnownAnswers): Talk => {
    const opening = { ...probe.opening, tlsFirst, trusts, ...(identity ? { identity } : {}) };
    const channel = createChannel(care.network, target, control, opening);
    open.push(channel);
    return createTalk(async (asked) => {
      const hello = service?.protocol.find(({ request: { path, body } }) => asked.path === path && asked.body === body);
      // One request is kept for the clean-up.
      if (hello?.cleanup && care.left < 2) return NO_ROOM;
      const outcome = await channel.exchange(asked);
      const cleanup = hello ? cleanupAfter(hello, outcome) : null;
      if (cleanup) await channel.exchange(withLines(cleanup, asked.lines ?? []));
      if (outcome.status === 'ok') responses.push({ asked, response: outcome.response });
      else if (outcome.reason === 'tls-failed') note(run, outcome.detail);
      return outcome;
    }, answers);
  };
  const { certificates, right } = request;
  const all = new Map([...known.strangers, ...known.holders]);
  const nothing: KnownAnswers = new Map();
  const ways = ((): Ways => {
    if (!certificates) return { strangers: talk(null, all), certified: null };
    const pretending = talk(certificates.rogue, nothing);
    if (right) {
      const own = talk(certificates.own, all);
      return { strangers: own, certified: { own, pretending, bare: talk(null, nothing) } };
    }
    const bare = talk(null, known.strangers);
    return { strangers: bare, certified: { own: talk(certificates.own, known.holders), pretending, bare } };
  })();
  return {
    ways,
    responses,
    close: () => {
      for (const channel of open) channel.close();
    },
  };
}

const NO_ROOM: ExchangeOutcome = { status: 'failed', reason: 'budget', detail: 'none left to undo it', elapsedMs: 0 };

/** Once each: it holds for every request after it. */
function note({ troubles, request }: Verification, detail: string): void {
  const what = `tls-failed: ${detail}`;
  if (!troubles.some((trouble) => trouble.what === what))
    troubles.push({ kind: 'not-examined', where: request.url, what });
}

function seenInFront(catalogue: Catalogue, heard: Identified['anonymous']): string[] {
  return heard ? [...intermediariesOf(catalogue, heard.answers)] : [];
}

function answered({ known }: Identified): HttpResponse[] {
  const outcomes: readonly ExchangeOutcome[] = [...known.strangers.values(), ...known.holders.values()];
  return outcomes.flatMap((outcome) => (outcome.status === 'ok' ? [outcome.response] : []));
}

/** Where there is doubt what stands there, no gate probe is sent and nothing that is on any service's never-list. */
function doorsFor(
  { service, settled, anonymous, keyed, known, presentation }: Identified,
  { catalogue, probe, request: { right } }: Verification,
  control: DeclaredRequest,
): GuardedDoor[] {
  const answers = (keyed ?? anonymous)?.answers;
  if (service !== null && answers) {
    const safe = (request: DeclaredRequest): boolean => request.kind === 'read' && probe.never(request).length === 0;
    return doorsOf(catalogue, service, answers, control).filter(({ request }) => settled || safe(request));
  }
  const bare = known.strangers.get(control.key);
  const refused =
    bare?.status === 'ok'
      ? isRefusal(catalogue, answerSubject(bare.response))
      : anonymous === null || bare?.reason === 'client-certificate-required';
  const opened = known.holders.get(withLines(control, right ? linesOf(right, presentation) : []).key);
  const granted = refused && opened?.status === 'ok' && opened.response.status < 500 ? opened.response.status : null;
  return [strangerDoor(catalogue, control, 'GET (random path)', granted)];
}
