import { controlRequest, withLines } from '../catalogue/request.ts';
import type { Credential } from '../model/credential.ts';
import type { ExchangeOutcome, HeaderLine, TlsSummary } from '../model/exchange.ts';
import type { Catalogue, Service } from '../model/service.ts';
import type { AdmittedTarget } from '../model/target.ts';
import type { Answers } from '../network/answers.ts';
import { type EndpointObservation, gatherEndpoint, type ProbeOptions } from '../network/gather.ts';
import { candidates, NAMED, SETTLED } from '../network/identify.ts';
import { linesOf, type Presentation, presentationFor } from '../network/verify/credential.ts';
import type { Network } from '../system/ports.ts';
import { again, type VerifyTarget } from './verify-target.ts';

type Heard = Extract<EndpointObservation, { speech: 'http' }>;

/** What stands there, as far as it shows itself to strangers, or to the holder of the right credential. */
export interface Identified {
  readonly anonymous: Heard;
  /** Null where it was not needed or not allowed. */
  readonly keyed: Heard | null;
  readonly service: Service | null;
  /** Gate probes may be sent: there is no doubt about the service. */
  readonly settled: boolean;
  readonly presentation: Presentation;
  /** Where the service was found, spoken to as it wants. */
  readonly target: AdmittedTarget;
  /** Answers that need not be asked for again, by the key of their request. */
  readonly known: ReadonlyMap<string, ExchangeOutcome>;
}

export interface IdentifyOptions {
  readonly catalogue: Catalogue;
  readonly probe: ProbeOptions;
  readonly opened: VerifyTarget;
  /** Null where no credential may be sent. */
  readonly right: Credential | null;
  readonly wanted: { readonly header: string | null; readonly scheme: string | null };
  readonly trusts: (tls: TlsSummary) => boolean;
}

/** A door that tells strangers nothing is asked once more with the key, which its owner has. */
export async function identify(network: Network, anonymous: Heard, options: IdentifyOptions): Promise<Identified> {
  const { catalogue, probe, opened, right, wanted, trusts } = options;
  const target = opened.targets[0];
  const scheme = anonymous.transport === 'tls' ? 'https' : 'http';
  const spokenTo = again(opened.scope, target, { scheme }) ?? target;
  const seen = named(catalogue, anonymous.answers);
  const presentation = presentationFor(right?.kind ?? 'key', seen?.service ?? null, wanted);
  let keyed: Heard | null = null;
  if (seen === null && right !== null) {
    const headers = Object.fromEntries(linesOf(right, presentation));
    const observation = await gatherEndpoint(network, spokenTo, null, {
      ...probe,
      opening: { ...probe.opening, headers, trusts },
    });
    keyed = observation.speech === 'http' ? observation : null;
  }
  const found = seen ?? (keyed ? named(catalogue, keyed.answers) : null);
  const basePath = (seen ? anonymous : (keyed ?? anonymous)).basePath;
  return {
    anonymous,
    keyed,
    service: found?.service ?? null,
    settled: (found?.score ?? 0) >= SETTLED,
    presentation,
    target: again(opened.scope, spokenTo, { basePath }) ?? spokenTo,
    known: new Map([
      ...answersOf(anonymous, basePath, [], probe.token),
      ...answersOf(keyed, basePath, right ? linesOf(right, presentation) : [], probe.token),
    ]),
  };
}

function named(catalogue: Catalogue, answers: Answers): { service: Service; score: number } | null {
  const best = candidates(catalogue, answers)[0];
  return best && best.score >= NAMED ? best : null;
}

function answersOf(
  heard: Heard | null,
  basePath: string,
  lines: readonly HeaderLine[],
  token: string,
): [string, ExchangeOutcome][] {
  if (heard === null || heard.basePath !== basePath) return [];
  const { answers } = heard;
  const asked = answers.all.map(({ request, outcome }) => [withLines(request, lines).key, outcome] as const);
  const control = answers.control;
  const first = control ? [[withLines(controlRequest(token), lines).key, control.outcome] as const] : [];
  return [...first, ...asked].map(([key, outcome]) => [key, outcome]);
}
