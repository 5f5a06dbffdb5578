import type { AuthScheme, OperationClass } from './auth.ts';
import type { Condition } from './endpoint.ts';
import type { DeclaredRequest } from './exchange.ts';
import type { Predicate, RuleBook, Severity } from './rule.ts';
import type { VariantName } from './variant.ts';

/*
 * A service file after loading: shorthand desugared, requests declared, predicates named.
 * The shape as written is rules/schema/service.schema.json.
 */

export const SERVICE_KINDS = [
  'inference',
  'gateway',
  'ui',
  'agent',
  'flow',
  'notebook',
  'mlops',
  'vector',
  'image',
  'audio',
  'protocol',
  'ops',
  'datastore',
  'generic',
] as const;
export type ServiceKind = (typeof SERVICE_KINDS)[number];

export const SERVICE_GROUPS = [
  'llm',
  'gateway',
  'ui',
  'agent',
  'notebook',
  'mlops',
  'vector',
  'image',
  'audio',
  'mcp',
  'ops',
] as const;
export type ServiceGroup = (typeof SERVICE_GROUPS)[number];

export interface ServicePort {
  readonly port: number;
  readonly role: 'api' | 'ui' | 'metrics' | 'management';
  readonly tls: boolean;
}

/** One observation asked for: a request, or the control request when null, and what its answer must look like. */
export interface Sign {
  readonly request: DeclaredRequest | null;
  readonly match: Predicate;
}

/** Signs that together speak for the service, with a weight of 1 to 100. */
export interface Identifier {
  readonly signs: readonly Sign[];
  readonly weight: number;
  /** Stands for a form of the service of its own, and is asked as early as the first. */
  readonly lead: boolean;
}

/** Where the version stands: a JSON pointer, a header, or the first group of a pattern over the body. */
export interface VersionSource {
  readonly request: DeclaredRequest | null;
  readonly json?: string;
  readonly header?: string;
  readonly pattern?: string;
}

export interface VersionRange {
  /** First release of which the fact is true. */
  readonly since?: string;
  /** First release of which it is no longer true. */
  readonly until?: string;
}

export interface OperationProbe extends VersionRange {
  readonly class: OperationClass;
  /** The request that decides; null reads the control request's answer. */
  readonly request: DeclaredRequest | null;
  readonly open: readonly Predicate[];
  readonly guarded: readonly Predicate[];
  /** Checked first: an answer that settles nothing, with the reason. */
  readonly unknown: readonly { readonly match: Predicate; readonly reason: string }[];
  readonly side: boolean;
  /** Settles the class only when nothing is seen standing in front of the service. */
  readonly directOnly: boolean;
  readonly standsFor: readonly string[];
  readonly reveals?: string;
  readonly source?: string;
}

/** An operation that exists and is never asked for. */
export interface SilentOperation {
  readonly class: OperationClass;
  readonly operation: string;
  readonly reveals?: string;
}

export interface ConditionSign extends Sign {
  readonly condition: Condition;
}

/** A request that opens a protocol, with what must have been seen before it may be sent. */
export interface ProtocolProbe {
  readonly id: string;
  readonly request: DeclaredRequest;
  /** Sent only when one of these signs was seen on this endpoint. */
  readonly after: readonly Sign[];
  /** Undoes what the request made, copying the named response headers. */
  readonly cleanup: { readonly request: DeclaredRequest; readonly copyHeaders: readonly string[] } | null;
}

export interface Advisory {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** Space-separated comparators that must all hold, alternatives split by `||`: `>=0.3.0 <0.22.0`. */
  readonly affected: string;
  readonly fixed: string | null;
  readonly source: string;
}

/** A way of asking for a guarded path that has got past a gate somewhere. Always a GET. */
export interface RequestVariant {
  readonly name: VariantName;
  /** Key of the request of which it is a variant. */
  readonly of: string;
  readonly request: DeclaredRequest;
}

/** How credentials are shown to the service. */
export interface VerifyKnowledge {
  /** Header of a key, in lower case, and the scheme in front of it; null: the bare key. */
  readonly header: string;
  readonly scheme: string | null;
  /** Query parameters in which keys are looked for. */
  readonly query: readonly string[];
  readonly variants: readonly RequestVariant[];
  /** Services that are often installed with it and hold or serve the same things. */
  readonly beside: readonly string[];
}

export interface Service {
  readonly id: string;
  readonly name: string;
  readonly kind: ServiceKind;
  readonly groups: readonly ServiceGroup[];
  readonly summary: string;
  readonly ports: readonly ServicePort[];
  /** Base paths under which proxies commonly publish it. */
  readonly mounts: readonly string[];
  /** What it answers to a path it does not have; only ranks candidates. */
  readonly unknownPath: readonly Predicate[];
  readonly identify: readonly Identifier[];
  /** Services that also look like this one; when both match, they win. */
  readonly losesTo: readonly string[];
  readonly loading: readonly Predicate[];
  readonly conditions: readonly ConditionSign[];
  readonly version: readonly VersionSource[];
  readonly operations: readonly OperationProbe[];
  readonly silent: readonly SilentOperation[];
  readonly protocol: readonly ProtocolProbe[];
  /** `METHOD /path`, `*` for any run of characters. */
  readonly never: readonly string[];
  readonly auth: {
    readonly builtin: 'none' | 'optional' | 'default-on' | 'always';
    readonly schemes: readonly AuthScheme[];
    /** Its own refusals; they also name a service that hides behind 401. */
    readonly refusal: readonly Predicate[];
    readonly notes: readonly string[];
  };
  /** A harmless GET that is repeated with a foreign Origin; null where the answer is known to say nothing. */
  readonly cors: { readonly request: DeclaredRequest; readonly default: string } | null;
  /** A harmless GET that is repeated with a foreign Host. */
  readonly hostCheck: { readonly request: DeclaredRequest; readonly default: string } | null;
  readonly verify: VerifyKnowledge;
  readonly advisories: readonly Advisory[];
  readonly fix: Readonly<Record<string, string>>;
  readonly sources: readonly string[];
}

/** A named sign of something in front of a service (`proxies`) or of a refusal by it (`walls`). */
export interface Signature {
  readonly name: string;
  readonly match: Predicate;
}

export interface Catalogue extends RuleBook {
  readonly services: readonly Service[];
  /** Reverse proxies and gateways, recognised on any response. */
  readonly proxies: readonly Signature[];
  /** Answers of firewalls, rate limiters and error pages that settle nothing. */
  readonly walls: readonly Signature[];
}
