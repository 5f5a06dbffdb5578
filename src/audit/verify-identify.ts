import { controlRequest, withLines } from '../catalogue/request.ts';
import type { Credential } from '../model/credential.ts';
import type { ExchangeOutcome, HeaderLine, TlsSummary } from '../model/exchange.ts';
import type { Catalogue, Service } from '../model/service.ts';
import type { AdmittedTarget } from '../model/target.ts';
import type { ClientIdentity } from '../model/tls-identity.ts';
import type { Answers } from '../network/answers.ts';
import { type EndpointObservation, gatherEndpoint, type ProbeOptions } from '../network/gather.ts';
import { candidates, NAMED, SETTLED } from '../network/identify.ts';
import { asRefusal } from '../network/verify/channel.ts';
import { linesOf, type Presentation, presentationFor } from '../network/verify/credential.ts';
import type { Network } from '../system/ports.ts';
import { again, type VerifyTarget } from './verify-target.ts';

export type Heard = Extract<EndpointObservation, { speech: 'http' }>;

/** What stands there, as far as it shows itself to strangers, or to the holder of the right credential. */
export interface Identified {
  /** What strangers heard; null where they were turned away in TLS. */
  readonly anonymous: Heard | null;
  /** Null where it was not needed or not allowed. */
  readonly keyed: Heard | null;
  readonly service: Service | null;
  /** Gate probes may be sent: there is no doubt about the service. */
  readonly settled: boolean;
  readonly presentation: Presentation;
  /** Where the service was found, spoken to as it wants. */
  readonly target: AdmittedTarget;
  /** Answers that need not be asked for again, by the key of their request. */
  readonly known: { readonly strangers: KnownAnswers; readonly holders: KnownAnswers };
}

export type KnownAnswers = ReadonlyMap<string, ExchangeOutcome>;

export interface IdentifyOptions {
  readonly catalogue: Catalogue;
  readonly probe: ProbeOptions;
  readonly opened: VerifyTarget;
  /** Null where no credential may be sent. */
  readonly right: Credential | null;
  /** Likewise. */
  readonly identity: ClientIdentity | null;
  readonly wanted: { readonly header: string | null; readonly scheme: string | null };
  readonly trusts: (tls: TlsSummary) => boolean;
}

/** A door that tells strangers nothing is asked once more with the key, which its owner has. */
export async function identify(
  network: Network,
  observed: EndpointObservation,
  options: IdentifyOptions,
): Promise<Identified> {
  const { probe, opened, right, identity, wanted, trusts } = options;
  const target = opened.targets[0];
  const scheme = observed.transport === 'tls' ? 'https' : 'http';
  const spokenTo = again(opened.scope, target, { scheme }) ?? target;
  const anonymous = observed.speech === 'http' ? observed : null;
  const seen = anonymous && named(anonymous.answers);
  const presentation = presentationFor(right?.kind ?? 'key', seen?.service ?? null, wanted);
  const lines = right ? linesOf(right, presentation) : [];
  let keyed: Heard | null = null;
  if (seen === null && (right !== null || identity !== null)) {
    const opening = { ...probe.opening, headers: Object.fromEntries(lines), trusts, ...(identity ? { identity } : {}) };
    const observation = await gatherEndpoint(network, spokenTo, null, { ...probe, opening });
    keyed = observation.speech === 'http' ? observation : null;
  }
  const found = seen ?? (keyed ? named(keyed.answers) : null);
  const basePath = (seen ? anonymous : (keyed ?? anonymous))?.basePath ?? spokenTo.basePath;
  return {
    anonymous,
    keyed,
    service: found?.service ?? null,
    settled: (found?.score ?? 0) >= SETTLED,
    presentation,
    target: again(opened.scope, spokenTo, { basePath }) ?? spokenTo,
    known: {
      strangers: new Map(answersOf(anonymous, basePath, [], probe.token)),
      holders: new Map(answersOf(keyed, basePath, lines, probe.token)),
    },
  };
}

function named(answers: Answers): { service: Service; score: number } | null {
  const best = candidates(answers)[0];
  return best && best.score >= NAMED ? best : null;
}

/** Where the random path is refused for want of a certificate, nothing else was answered either. */
function answersOf(
  heard: Heard | null,
  basePath: string,
  lines: readonly HeaderLine[],
  token: string,
): [string, ExchangeOutcome][] {
  if (heard === null || heard.basePath !== basePath) return [];
  const { control, all } = heard.answers;
  const key = withLines(controlRequest(token), lines).key;
  const refusal = control && asRefusal(control.outcome);
  if (refusal) return [[key, refusal]];
  const asked = all.map(({ request, outcome }): [string, ExchangeOutcome] => [withLines(request, lines).key, outcome]);
  return control ? [[key, control.outcome], ...asked] : asked;
}
