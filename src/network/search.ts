import { firstLeads } from '../catalogue/check.ts';
import type { DeclaredRequest } from '../model/exchange.ts';
import { onceFor } from '../model/once-for.ts';
import type { Catalogue, ProtocolProbe, Service } from '../model/service.ts';
import type { AnswerSubject } from './answer-subject.ts';
import { type Answers, onceForAlike } from './answers.ts';
import { isRefusal, wallOf } from './auth.ts';
import type { Standings } from './history.ts';
import { candidates, NAMED, promise, SETTLED } from './identify.ts';
import { pending } from './operate.ts';
import type { Session } from './session.ts';

/*
 * Which request next, until it is clear what the service is. Every distinct request is sent once; the answers to all
 * of them speak for every service.
 */

/** After this many refusals or walls in a row, and no service named, the rest is expected to be refused too. */
const ENOUGH_REFUSALS = 8;
/** A server that gave the same answer to this many different paths in a row gives it to all. */
const ENOUGH_ECHOES = 10;
/** A foreign Origin and a foreign Host, asked once the service is named. */
const VARIANTS = 2;

/** True when a service has shown enough to be named. */
export function isNamed(answers: Answers): boolean {
  return (candidates(answers)[0]?.score ?? 0) >= NAMED;
}

/**
 * Asks until a service is settled, or nothing promising is left, or `spent` requests were sent in all.
 * A settled service may from then on be asked what only it may be asked.
 */
export async function search(
  session: Session,
  port: number,
  catalogue: Catalogue,
  spent = Number.POSITIVE_INFINITY,
): Promise<void> {
  const { answers } = session;
  let refusals = 0;
  let echoes = 0;
  while (session.spent < spent) {
    await greet(session, catalogue);
    const found = candidates(answers);
    const best = found[0];
    const settled = best !== undefined && best.score >= SETTLED;
    // Where nothing is left that could tell it from its rivals, it is what it seems.
    const request = settled ? rivals(answers, best.service)[0] : nextLead(port, session);
    const reserve = best && best.score >= NAMED ? pending(answers, best.service).length + VARIANTS : 0;
    if (!request || session.left <= reserve) break;
    if (!(await session.ask(request))) break;

    const subject = answers.subject(request);
    const refused = subject && (isRefusal(catalogue, subject) || wallOf(catalogue, subject) !== null);
    refusals = refused ? refusals + 1 : 0;
    echoes = subject && echoesControl(subject, answers) ? echoes + 1 : 0;
    if ((refusals >= ENOUGH_REFUSALS || echoes >= ENOUGH_ECHOES) && (best?.score ?? 0) < NAMED) break;
  }
  const winner = candidates(answers)[0];
  if (winner && winner.score >= SETTLED) session.settle(winner.service.id);
}

/** True when the answer is the one that a granted random path got. */
function echoesControl(subject: AnswerSubject, answers: Answers): boolean {
  const control = answers.subject(null);
  return (
    control !== undefined && control.status < 400 && control.status === subject.status && control.body === subject.body
  );
}

/** Sends protocol hellos whose tell was seen. */
async function greet(session: Session, catalogue: Catalogue): Promise<void> {
  for (const probe of hellosOf(catalogue)) if (isDue(session.answers, probe)) await session.greet(probe);
}

const hellosOf = onceFor(({ services }: Catalogue) => services.flatMap(({ protocol }) => protocol));

const isDue = onceForAlike(
  (answers, { request, after }: ProtocolProbe): boolean =>
    !answers.exchange(request) && after.some((sign) => answers.shows(sign)),
);

/** First requests of the services that could be mistaken for this one, not yet asked. */
const rivals = onceForAlike((answers, service: Service): readonly DeclaredRequest[] => {
  const leads = service.losesTo.flatMap((id) => {
    const rival = answers.standings.of(id);
    const open = new Set(rival?.leads.map(({ request }) => request.key));
    return rival ? firstLeads(rival.service).filter(({ key }) => open.has(key)) : [];
  });
  return [...new Map(leads.map((lead) => [lead.key, lead])).values()];
});

interface Proposal {
  readonly request: DeclaredRequest;
  readonly value: number;
  /** How many services it could speak for. */
  readonly speakers: number;
}

/** A page that nearly every server has, and that names many. */
const FRONT_PAGE = 1000;

/** By port. Where nothing but the standings decides, endpoints that have answered alike are asked the same next. */
const nextLeads = onceFor((_standings: Standings) => new Map<number, DeclaredRequest | undefined>());

function nextLead(port: number, session: Session): DeclaredRequest | undefined {
  if (!session.unbound) return findLead(port, session);
  const known = nextLeads(session.answers.standings);
  if (!known.has(port)) known.set(port, findLead(port, session));
  return known.get(port);
}

/** The next request worth its place in the budget: `/` first, then the lead of the most promising service. */
function findLead(port: number, session: Session): DeclaredRequest | undefined {
  const { answers } = session;
  const scores = new Map(candidates(answers).map(({ service, score }) => [service.id, score]));
  const proposals = new Map<string, Proposal>();
  const propose = (request: DeclaredRequest, value: number): void => {
    const known = proposals.get(request.key);
    const speakers = (known?.speakers ?? 0) + 1;
    proposals.set(request.key, { request, value: Math.max(value, known?.value ?? value), speakers });
  };
  const familiarity = answers.standings.familiarity();
  for (const [number, { service, leads, disappointment: loss }] of answers.standings.all().entries()) {
    const score = scores.get(service.id) ?? 0;
    const value = promise(service, port, score, familiarity[number] ?? 0);
    // Only a service that has shown something may ask for more than its first sign.
    const wanted = leads.filter(({ promised, fresh }, index) => score > 0 || index === 0 || promised > 0 || fresh);
    for (const [index, { request, promised, fresh }] of wanted.entries()) {
      const front = request.path === '/' ? FRONT_PAGE : 0;
      propose(request, value + front + promised / 2 - (fresh ? 0 : loss + index * 5));
    }
  }
  for (const { request, value } of [...proposals.values()]) unblock(request, value, session, propose);
  let best: Proposal | undefined;
  for (const proposal of proposals.values()) {
    if (best !== undefined && !isBetter(proposal, best)) continue;
    if (session.forbidding(proposal.request).length === 0) best = proposal;
  }
  return best?.request;
}

function isBetter(one: Proposal, other: Proposal): boolean {
  if (one.value !== other.value) return one.value > other.value;
  if (one.speakers !== other.speakers) return one.speakers > other.speakers;
  return one.request.key < other.request.key;
}

/** A request that somebody's never-list forbids waits until that service is ruled out: its lead goes first. */
function unblock(
  request: DeclaredRequest,
  value: number,
  session: Session,
  propose: (lead: DeclaredRequest, value: number) => void,
): void {
  for (const id of session.forbidding(request)) {
    const service = session.answers.standings.of(id)?.service;
    for (const lead of service ? firstLeads(service) : []) if (!session.answers.exchange(lead)) propose(lead, value);
  }
}
