import type { DeclaredRequest, ExchangeOutcome, Failure, TlsSummary, Transport } from '../model/exchange.ts';
import type { Notification } from '../model/notification.ts';
import type { PortState } from '../model/result.ts';
import type { AdmittedTarget } from '../model/target.ts';
import type { ClientIdentity } from '../model/tls-identity.ts';

/*
 * The outside world, as the rest of the program sees it. Everything that touches files, sockets,
 * processes, the clock or the terminal is behind one of these ports.
 */

export interface Clock {
  now(): Date;
  /** Milliseconds of a clock that never goes back. */
  monotonic(): number;
  /** Resolves early, without error, when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Whole, or in pieces that are made when they are wanted. */
export type Text = string | Iterable<string>;

export type FileRead =
  | { readonly status: 'ok'; readonly text: string }
  | { readonly status: 'failed'; readonly reason: string };

export interface Files {
  /** Reads UTF-8 text of at most `maxBytes`; what is larger, missing or unreadable is a reason. */
  read(path: string, maxBytes: number): Promise<FileRead>;
  /**
   * Writes through a temporary file beside the target, then renames: a reader never sees half a file, and the data is on
   * disk before the name is. Links are followed; a device or a pipe is written to as it is. `private`: for the owner only.
   */
  write(path: string, text: Text, access?: 'shared' | 'private'): Promise<void>;
  /** With its parents, for the owner only unless `shared`; no error when it is there. */
  makeDirectory(path: string, access?: 'shared' | 'private'): Promise<void>;
  /** No error when it is gone already. */
  remove(path: string): Promise<void>;
  list(directory: string): Promise<readonly string[] | null>;
  exists(path: string): Promise<boolean>;
  /** User id of whom it belongs to; null where there is none, or nothing is there. */
  owner(path: string): Promise<number | null>;
  /** The bytes of a regular file of at most `maxBytes`. Never waits for a pipe or a device. */
  readBytes(path: string, maxBytes: number): Promise<BytesRead>;
  /** What is in a directory, by name; null when it cannot be read. */
  entries(directory: string): Promise<readonly DirectoryEntry[] | null>;
  /** What a path leads to, links followed; null when it leads nowhere. */
  look(path: string): Promise<PathLook | null>;
}

export type BytesRead =
  | { readonly status: 'ok'; readonly bytes: Uint8Array }
  | { readonly status: 'failed'; readonly reason: string };

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
}

export interface PathLook {
  readonly kind: 'file' | 'directory' | 'other';
  /** Without links. */
  readonly realPath: string;
  /** Permission bits. */
  readonly mode: number;
}

/** A socket that the sweep opened and nothing was sent on. Opaque outside `system/`. */
export interface OpenConnection {
  readonly target: AdmittedTarget;
  discard(): void;
}

export interface SweepProbe {
  /** Position in the sweep order; a resumed sweep starts from one. */
  readonly index: number;
  readonly target: AdmittedTarget;
}

export interface SweepLimits {
  /** Connections under way at once, overall and to one address; there, accepted ones count until they are handled. */
  readonly parallel: number;
  readonly perHost: number;
  /** New connections a second; 0 is no limit. */
  readonly rate: number;
  /** Bounds of the adaptive connect timeout, in milliseconds. */
  readonly minTimeoutMs: number;
  readonly maxTimeoutMs: number;
  /** Second chances for a silent probe on a host that answered elsewhere; a host never heard gets one in all. */
  readonly retries: number;
}

export interface SweepObserver {
  /** A port accepted. The sweep does not start more probes until the returned promise is settled for all but a few. */
  open(probe: SweepProbe, connection: OpenConnection, rttMs: number): Promise<void>;
  /** Called exactly once for every probe taken from the source. */
  settled(probe: SweepProbe, state: PortState, reason: string | null): void;
  /** The engine slowed down instead of losing probes: descriptors, ephemeral ports, neighbour table. */
  pressure(reason: string): void;
}

export interface SweepEngine {
  readonly name: string;
  /** Takes probes lazily until the source is empty or the signal is aborted; resolves when all taken are settled. */
  sweep(source: Iterator<SweepProbe>, limits: SweepLimits, observer: SweepObserver, signal: AbortSignal): Promise<void>;
}

export interface ExchangeLimits {
  readonly connectTimeoutMs: number;
  /** From the first byte sent to the end of what is read. */
  readonly responseTimeoutMs: number;
  readonly maxHeaderBytes: number;
  readonly maxBodyBytes: number;
}

/** What was found on an open port once something was said to it. */
export type Opening =
  | { readonly speech: 'http'; readonly conversation: Conversation; readonly first: ExchangeOutcome }
  | {
      readonly speech: 'other' | 'silent';
      readonly reason: Failure;
      readonly detail: string;
      readonly transport: Transport;
      readonly tls: TlsSummary | null;
      readonly connections: number;
    };

/** HTTP with one endpoint: one connection at a time, kept alive where the server allows it. */
export interface Conversation {
  readonly transport: Transport;
  readonly tls: TlsSummary | null;
  /** Connections opened so far, the sweep's own included. */
  readonly connections: number;
  exchange(request: DeclaredRequest): Promise<ExchangeOutcome>;
  close(): void;
}

export interface OpeningOptions {
  readonly limits: ExchangeLimits;
  /** Sent with every request. */
  readonly userAgent: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Try TLS before plain HTTP (443 and the like). */
  readonly tlsFirst: boolean;
  /** Asked after each handshake, before anything is sent over it; false ends the connection. */
  readonly trusts?: (tls: TlsSummary) => boolean;
  /** Awaited before each request is written, repetitions included; false: it is not sent, and fails for want of budget. */
  readonly turn?: () => Promise<boolean>;
  /** Shown in every handshake to a server that asks for a client certificate. */
  readonly identity?: ClientIdentity;
  /** Certificates of authorities, PEM, that vouch for a server beside the public ones. */
  readonly authorities?: readonly string[];
  readonly signal: AbortSignal;
}

export const ENGINES = ['auto', 'native', 'portable'] as const;
export type EngineName = (typeof ENGINES)[number];

export interface EngineWish {
  /** `auto` takes the native one for large sweeps where there is one. */
  readonly engine: EngineName;
  readonly probes: number;
  /** Told in one line when the wish cannot be met, now or in the middle of a sweep. */
  tell(line: string): void;
}

export interface Network {
  sweepEngine(wish: EngineWish): Promise<SweepEngine>;
  /** Addresses of a name, canonical text; empty when it does not resolve. */
  resolve(name: string): Promise<readonly string[]>;
  /** Sends the first request, tells HTTP from HTTPS by the first byte that comes back, and keeps the connection. */
  open(
    target: AdmittedTarget,
    first: DeclaredRequest,
    connection: OpenConnection | null,
    options: OpeningOptions,
  ): Promise<Opening>;
}

/** A network this machine is on: `192.168.1.7/24`. */
export interface LocalNetwork {
  readonly interface: string;
  readonly cidr: string;
  readonly internal: boolean;
}

export interface Host {
  networks(): readonly LocalNetwork[];
  /** Soft limit of open descriptors, or null where it cannot be read. */
  descriptorLimit(): number | null;
  /** Absolute path. */
  workingDirectory(): string;
  /** Null where users have no numbers. */
  userId(): number | null;
  /** A number in [0, 2^32), from the system's generator. */
  random(): number;
}

export interface Terminal {
  readonly stdoutIsTty: boolean;
  readonly stderrIsTty: boolean;
  readonly columns: number;
  readonly colour: boolean;
  /** Standard output shows links (OSC 8). */
  readonly links: boolean;
  /** Standard input to its end, at most `maxBytes`. */
  stdin(maxBytes: number): Promise<FileRead>;
  out(text: Text): Promise<void>;
  err(text: string): void;
}

export type PostOutcome =
  /** `retryAfterSeconds`: from the header of that name, where it is a number. */
  | { readonly status: 'answered'; readonly code: number; readonly retryAfterSeconds: number | null }
  | { readonly status: 'failed'; readonly reason: string };

/** Sends one notification once. Redirects are answers, not ways on; of the answer only the head is read. */
export type Post = (
  notification: Notification,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
) => Promise<PostOutcome>;

export interface System {
  readonly clock: Clock;
  readonly files: Files;
  /** Loaded when something is dialled. */
  network(): Promise<Network>;
  readonly host: Host;
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by SIGINT or SIGTERM. */
  readonly interrupt: AbortSignal;
}
