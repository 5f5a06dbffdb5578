import type { AdmittedTarget } from '../model/target.ts';
import type { ClientCertificateTrial, InspectionMode, TlsVersion } from '../model/tls.ts';
import type { HandshakeResult } from '../model/tls-dialogue.ts';
import type { ClientIdentity } from '../model/tls-identity.ts';
import type { RawLimits, TlsWire } from '../system/tls-ports.ts';
import { trialOf } from './client-certificate.ts';
import type { SessionTrial } from './features.ts';
import { questions, type Turnstile } from './gather-answer.ts';
import { isAddress } from './host-name.ts';
import { inspect } from './inspect.ts';
import type { Inspection, Scouting } from './inspection.ts';
import type { Repertoire } from './repertoire.ts';
import { rogueIdentity } from './rogue.ts';

/** One port, asked everything. What it means is in facts.ts. */
export interface TlsObservation {
  readonly target: AdmittedTarget;
  /** What clients dial: the certificate is held against it. */
  readonly name: string;
  /** For SNI; null for an address. */
  readonly serverName: string | null;
  readonly mode: InspectionMode;
  readonly scouting: Scouting;
  readonly inspection: Inspection | null;
  readonly session: SessionTrial | null;
  readonly trials: readonly ClientCertificateTrial[];
  readonly connections: number;
}

export interface GatherTlsOptions {
  readonly mode: InspectionMode;
  /** Overrides the name or address taken from the target. */
  readonly serverName?: string | undefined;
  readonly repertoire: Repertoire;
  readonly limits: RawLimits;
  readonly turnstile: Turnstile;
  /** A certificate that the server should accept. */
  readonly identity: ClientIdentity | null;
  /** Path of the one HTTP request that tells who is served: random, so that it exists nowhere. */
  readonly path: string;
  readonly userAgent: string;
  readonly signal: AbortSignal;
}

export async function gatherTls(
  wire: TlsWire,
  target: AdmittedTarget,
  options: GatherTlsOptions,
): Promise<TlsObservation> {
  const { mode, repertoire, turnstile, limits, signal } = options;
  const name = options.serverName ?? target.serverName ?? target.host;
  // An address is no server name (RFC 6066 §3).
  const serverName = isAddress(name) ? null : name;
  const exchangeOf = (suite: number) => repertoire.suite(suite)?.keyExchange ?? 'any';
  const asked = questions(wire, target, { limits, turnstile, exchangeOf, signal });
  const { scouting, inspection } = await inspect(asked, {
    mode,
    serverName,
    repertoire,
    canAgree: wire.canAgree,
  });
  const base = { target, name, serverName, mode, scouting, inspection };
  const best = inspection ? platformVersion(inspection) : null;
  if (!inspection || best === null) return { ...base, session: null, trials: [], connections: turnstile.passed };

  const groups = groupsForPlatform(inspection, repertoire);
  const shake = async (fields: {
    identity?: ClientIdentity;
    session?: Uint8Array;
    request?: Uint8Array;
  }): Promise<HandshakeResult> => {
    const leave = await turnstile.enter();
    if (!leave)
      return {
        protocol: null,
        resumed: false,
        session: null,
        answer: new Uint8Array(0),
        error: signal.aborted ? 'cancelled' : 'budget',
      };
    const wanted = {
      serverName,
      alpn: fields.request ? ['http/1.1'] : [],
      identity: fields.identity ?? null,
      session: fields.session ?? null,
      maxVersion: best,
      groups,
      request: fields.request ?? null,
    };
    const result = await wire.handshake(target, wanted, limits, signal);
    leave();
    return result;
  };

  const requested = inspection.flights.some(({ certificateRequest }) => certificateRequest !== null);
  const request = new TextEncoder().encode(requestText(target, name, options));
  const session = async (): Promise<SessionTrial | null> => {
    if (mode === 'quick') return null;
    const first = await shake({});
    return { first, second: first.session ? await shake({ session: first.session }) : null };
  };
  const trials = async (): Promise<ClientCertificateTrial[]> => {
    // Where no flight could be read, one attempt tells whether anyone is served at all.
    if (!requested && inspection.flights.some(({ complete }) => complete)) return [];
    if (!requested) return [trialOf('nothing', await shake({ request }))];
    const rogue = rogueIdentity(wire.signingKey());
    return Promise.all([
      shake({ request }).then((result) => trialOf('nothing', result)),
      shake({ request, identity: rogue }).then((result) => trialOf('rogue', result)),
      ...(options.identity
        ? [shake({ request, identity: options.identity }).then((result) => trialOf('own', result))]
        : []),
    ]);
  };
  const [sessions, tried] = await Promise.all([session(), trials()]);
  return { ...base, session: sessions, trials: tried, connections: turnstile.passed };
}

/** The newest version that both the server and the platform's TLS can do; null when there is none. */
function platformVersion({ protocols }: Inspection): 'TLSv1.2' | 'TLSv1.3' | null {
  const offers = (version: TlsVersion): boolean =>
    protocols.some((protocol) => protocol.version === version && protocol.offered === true);
  if (offers('TLSv1.3')) return 'TLSv1.3';
  return offers('TLSv1.2') || offers('TLSv1.1') || offers('TLSv1.0') ? 'TLSv1.2' : null;
}

/** What the platform is told to offer to a server that takes none of the groups which every release of OpenSSL offers by itself. */
function groupsForPlatform({ groups, protocols }: Inspection, repertoire: Repertoire): string[] {
  const codes = [...groups.keys()];
  const modernOnly = protocols.every(({ version, offered }) => version === 'TLSv1.3' || offered !== true);
  if (!modernOnly || codes.some((code) => COMMON_GROUPS.includes(code))) return [];
  return codes.flatMap((code) => repertoire.group(code)?.name ?? []);
}

/** secp256r1, secp384r1, secp521r1 and x25519 */
const COMMON_GROUPS: readonly number[] = [23, 24, 25, 29];

function requestText(target: AdmittedTarget, name: string, { path, userAgent }: GatherTlsOptions): string {
  const host = name.includes(':') ? `[${name}]` : name;
  return `GET ${target.basePath}${path} HTTP/1.1\r\nHost: ${host}:${target.port}\r\nUser-Agent: ${userAgent}\r\nAccept: */*\r\nConnection: close\r\n\r\n`;
}
