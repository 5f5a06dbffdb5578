import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { turnstiles } from '../../../src/audit/turnstile.ts';
import { readTlsTables } from '../../../src/catalogue/read-tls-tables.ts';
import type { TlsEndpoint, TlsVersion } from '../../../src/model/tls.ts';
import { nodeClock } from '../../../src/system/node-clock.ts';
import type { Clock } from '../../../src/system/ports.ts';
import type { RawLimits, TlsWire } from '../../../src/system/tls-ports.ts';
import { tlsWire } from '../../../src/system/tls-wire.ts';
import { anchors } from '../../../src/tls/anchors.ts';
import { tlsFacts } from '../../../src/tls/facts.ts';
import { type GatherTlsOptions, gatherTls } from '../../../src/tls/gather.ts';
import { repertoire } from '../../../src/tls/repertoire.ts';
import { loopbackTarget } from '../../support/http-peer.ts';

const folder = fileURLToPath(new URL('../../../rules/tables/', import.meta.url));

/** The tables as they stand in rules/, without a build. */
export const TABLES = readTlsTables(
  readdirSync(folder).map((name) => ({ path: `rules/tables/${name}`, text: readFileSync(folder + name, 'utf8') })),
);
export const REPERTOIRE = repertoire(TABLES);
export const WIRE = tlsWire(undefined);

export interface InspectWish extends Partial<Pick<GatherTlsOptions, 'mode' | 'serverName' | 'identity'>> {
  readonly host?: string;
  /** Of loopback, and 127.0.0.1 when left out. */
  readonly address?: string;
  readonly limits?: Partial<RawLimits>;
  readonly maxConnections?: number;
  readonly perHost?: number;
  readonly paceMs?: number;
  readonly clock?: Clock;
  /** Authorities of the user, DER. */
  readonly authorities?: readonly Uint8Array[];
  /** Authorities that everybody knows, DER. */
  readonly publicRoots?: readonly Uint8Array[];
  readonly pins?: readonly string[];
  readonly now?: number;
  readonly wire?: TlsWire;
}

/** Inspects a loopback port as the command does. */
export async function inspectPort(port: number, wish: InspectWish = {}): Promise<TlsEndpoint> {
  const signal = new AbortController().signal;
  const { maxConnections = 1000, perHost = 6, paceMs = 0, clock = nodeClock } = wish;
  const gate = turnstiles({ parallel: 64, perHost, maxConnections, paceMs }, clock, signal);
  const target = loopbackTarget(port, { host: wish.host ?? '127.0.0.1', address: wish.address ?? '127.0.0.1' });
  const observation = await gatherTls(wish.wire ?? WIRE, target, {
    mode: wish.mode ?? 'full',
    serverName: wish.serverName,
    repertoire: REPERTOIRE,
    limits: { connectTimeoutMs: 5000, totalTimeoutMs: 5000, maxBytes: 524_288, ...wish.limits },
    turnstile: gate(target.address),
    identity: wish.identity ?? null,
    path: '/postern-c0ffee00',
    userAgent: 'postern/test',
    signal,
  });
  const stores = { public: anchors(() => wish.publicRoots ?? []), own: anchors(() => wish.authorities ?? []) };
  const options = { tables: TABLES, repertoire: REPERTOIRE, stores, pins: wish.pins ?? [], reach: 'lan' } as const;
  return tlsFacts(observation, { ...options, now: wish.now ?? nodeClock.now().getTime() }).endpoint;
}

/** Names of the accepted suites of a version, sorted. */
export function suitesIn(endpoint: TlsEndpoint, version: TlsVersion): string[] {
  const found = endpoint.protocols.find((protocol) => protocol.version === version);
  return (found?.suites ?? []).map(({ name }) => name).sort();
}

export function offered(endpoint: TlsEndpoint): TlsVersion[] {
  return endpoint.protocols.filter((protocol) => protocol.offered === true).map(({ version }) => version);
}
