import type { Edit } from './edit.ts';
import type { Confidence, Endpoint } from './endpoint.ts';
import type { Location } from './finding.ts';
import type { ServiceKind } from './service.ts';

/*
 * What files declare, as facts that rules can be held against. No fact holds the value of a secret.
 */

/** Where it stands and what led to it. */
export interface DeclaredFact {
  readonly location: Location;
  readonly chain: readonly Location[];
  /** Tells it from others of its kind, without lines: part of the fingerprint. */
  readonly identity: string;
  readonly confidence: Confidence;
  readonly edits: readonly Edit[];
  /** The service's own advice. */
  readonly advice: string;
  /** In an example or a template that nobody runs as it is. */
  readonly example: boolean;
}

/** A door of a known service. */
export interface EndpointFact extends DeclaredFact {
  readonly kind: 'endpoint';
  readonly endpoint: Endpoint;
  /** False: tells one setting of an endpoint that is there as a door too. */
  readonly isDoor: boolean;
  /** How one gets there, as the end of a sentence: `published on every address of the machine, port 11434`. */
  readonly way: string;
  /** What is missing or switched off, as a sentence. */
  readonly lack: string;
  /** A setting switches its auth off, not merely none that switches it on. */
  readonly switchedOff: boolean;
  readonly knownPassword: boolean;
}

/** A way through a proxy, or past one. */
export interface RouteFact extends DeclaredFact {
  readonly kind: 'route';
  readonly relation: 'proxy-without-auth' | 'proxy-bypass' | 'plaintext-upstream';
  readonly service: string;
  readonly software: string;
  readonly upstream: string;
  readonly reach: string;
  /** What one gets around: `auth`, `tls`. */
  readonly past: 'auth' | 'tls' | 'nothing';
  readonly why: string;
}

export const SETTING_EFFECTS = [
  'auth-disabled',
  'ineffective',
  'dangerous',
  'public-tunnel',
  'docker-socket',
  'open-registration',
  'cors-any',
  'world-readable',
] as const;

/** A setting and what it really does. */
export interface SettingFact extends DeclaredFact {
  readonly kind: 'setting';
  readonly effect: (typeof SETTING_EFFECTS)[number];
  readonly setting: string;
  readonly service: string | null;
  readonly why: string;
  /** Whether what it concerns can be reached from elsewhere; null where that is not known. */
  readonly exposed: boolean | null;
}

/** A secret as configured; never its value. */
export interface CredentialFact extends DeclaredFact {
  readonly kind: 'credential';
  readonly setting: string;
  readonly service: string | null;
  readonly serviceKind: ServiceKind | null;
  /** `default`: published with the software. `weak`: guessed at once. `hard-coded`: a real one, in a file that is shared. */
  readonly quality: 'default' | 'weak' | 'hard-coded';
  /** What it opens or signs, in words. */
  readonly protects: string | null;
  readonly exposed: boolean | null;
  /** It opens a datastore that nothing but its neighbours reaches. Before anything else there may be a proxy of another file. */
  readonly neighboursOnly: boolean;
  /** By default, because nothing else is set. */
  readonly byDefault: boolean;
  /** Nothing is written: the program's own default is in effect. */
  readonly unset: boolean;
}

/** A program that calls others, and whether it checks whom it talks to. */
export interface ClientFact extends DeclaredFact {
  readonly kind: 'client';
  readonly setting: string;
  readonly verification: 'off' | 'on' | 'unknown';
  readonly harmless: boolean;
  readonly byDefault: boolean;
  readonly caFile: string | null;
  readonly caMissing: boolean | null;
}

/** A key or secret file and who may read it. */
export interface KeyFileFact extends DeclaredFact {
  readonly kind: 'keyfile';
  readonly path: string;
  readonly holds: 'private-key' | 'secret';
  /** `0644`, or null where it stands in the tree with its content. */
  readonly mode: string | null;
  readonly worldReadable: boolean;
  readonly groupReadable: boolean;
  readonly committed: boolean;
  /** How it comes to its mode, after its name: `gets mode 0644`. */
  readonly grant: string;
  /** False: the mode depends on what is not known here. */
  readonly sure: boolean;
  /** The server's key beside which this key of an authority lies; empty: none. */
  readonly beside: string;
  readonly why: string;
}

/** TLS of a server as its file sets it. */
export interface ServerTlsFact extends DeclaredFact {
  readonly kind: 'server-tls';
  readonly software: string;
  readonly obsolete: readonly string[];
  readonly weak: readonly string[];
  readonly severe: boolean;
  readonly clientCertificate: 'none' | 'optional' | 'optional-unverified' | 'required' | null;
}

export type Declared =
  | EndpointFact
  | RouteFact
  | SettingFact
  | CredentialFact
  | ClientFact
  | KeyFileFact
  | ServerTlsFact;
