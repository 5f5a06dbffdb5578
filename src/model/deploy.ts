import type { ServiceKind, VersionRange } from './service.ts';

/*
 * What is known of running a service: how it is named in deployment files, where it listens unless told otherwise, and
 * which settings decide who gets in. Facts only; what they mean for somebody is decided by rules.
 * The shape as written is `deploy` in rules/schema/service.schema.json.
 */

/** `image`: the published container image, charts included, with what it sets itself. `binary`: everything else. */
export type Packaging = 'binary' | 'image';

/** `config` is a dotted key of the service's own file, `code` an argument in a program: `launch(share=)`. */
export type SettingKind = 'flag' | 'env' | 'config' | 'code';

export interface SettingName {
  readonly kind: SettingKind;
  readonly name: string;
}

/**
 * A question about one setting. `set`: given and not empty. `on`/`off`: a word for true or false. `word`: an element of
 * a list. All comparisons ignore case. A setting that is not given answers no, to every question.
 */
export interface SettingTest {
  readonly setting: SettingName;
  readonly is: 'set' | 'empty' | 'on' | 'off' | 'not-on' | 'text' | 'not-text' | 'prefix' | 'contains' | 'word';
  /** Lower case; empty where `is` needs none. */
  readonly text: string;
  /** As the file says it. */
  readonly written: string;
}

/** Groups that must all hold; in a group one is enough. Never empty. */
export type Condition = readonly (readonly SettingTest[])[];

/** A place where a value is looked for. */
export interface ValueSource extends SettingName {
  /** What a flag means that stands without a value; null: then it says nothing. */
  readonly bare: string | null;
  /** False: the next argument is never its value. */
  readonly takesValue: boolean;
}

/** One value of a service: an address, a port. */
export interface Knob {
  /** In order: the first that is given counts. */
  readonly sources: readonly ValueSource[];
  /**
   * `address`: host and port in one, with or without a scheme (`:8080`, `[::]:80`, `https://h`). `addresses`: one or more
   * of them with commas between, each a listener.
   */
  readonly reads: 'plain' | 'address' | 'addresses';
  /** Values with a meaning of their own, lower case: `lan` → `0.0.0.0`. */
  readonly words: Readonly<Record<string, string>>;
  /** What the empty string means; null: the same as not given. */
  readonly empty: string | null;
  /** What a value becomes that is no IP address; null: it stays. */
  readonly otherwise: string | null;
  /** Null: no listener (a UNIX socket), or not known. */
  readonly default: Readonly<Record<Packaging, string | null>>;
  readonly note?: string;
}

export interface Guard extends VersionRange {
  readonly when: Condition;
  /** `partial`: something that matters stays open. `admin`: administration only, the rest is as it was. */
  readonly covers: 'all' | 'partial' | 'admin';
  /** What stays open, in words. */
  readonly leavesOpen?: string;
  readonly kind?: string;
  /** Variables that have a use of their own: alone they are no half of this. */
  readonly aside: readonly string[];
}

export interface NotedCondition extends VersionRange {
  readonly when: Condition;
  /** It does not hold where one of these does. */
  readonly unless: readonly SettingTest[];
  readonly why: string;
}

export interface AuthKnobs {
  /** With nothing set. `unknown`: no source says. */
  readonly default: Readonly<Record<Packaging, 'on' | 'off' | 'partial' | 'unknown'>>;
  /** The default is an assumption: only the program's own code could tell. Of a container nothing is assumed. */
  readonly presumed: boolean;
  /** Why, in words: `a token is generated and printed`. */
  readonly why?: string;
  /** Any of them that holds puts something in front. */
  readonly guards: readonly Guard[];
  /** Each of them opens it whatever else is set. */
  readonly off: readonly NotedCondition[];
  /** With its own auth on, what answers everybody. */
  readonly leavesOpen?: string;
  /** How it was before a release, the oldest first; empty: always so. */
  readonly earlier: readonly { readonly until: string; readonly auth: AuthKnobs }[];
}

/** Somebody's own account: who may make one. `claim`: whoever comes first becomes the administrator. */
export interface RegistrationKnobs {
  readonly default: 'open' | 'closed' | 'claim' | 'unknown';
  readonly open: readonly NotedCondition[];
  readonly closed: readonly NotedCondition[];
}

export interface TlsKnobs {
  /** Null: it has no TLS of its own. */
  readonly when: Condition | null;
  readonly default: 'on' | 'off' | 'unknown';
  readonly note?: string;
}

export interface CorsKnobs {
  /** `any`: `*` or whatever origin asks. `local`: pages of the same machine. */
  readonly default: 'any' | 'local' | 'none' | 'unknown';
  readonly permissive: readonly NotedCondition[];
  readonly restricted: readonly NotedCondition[];
}

/** A setting that looks as if it did something. */
export interface IneffectiveSetting extends VersionRange {
  readonly test: SettingTest;
  readonly about: 'auth' | 'tls' | 'bind' | 'port' | 'other';
  readonly why: string;
}

export interface CredentialKnob {
  /** Any of these holds it. */
  readonly settings: readonly SettingName[];
  /** In effect where nothing is set; null: none, or one that is made up at start. */
  readonly default: string | null;
  /** Published in its documentation or examples. */
  readonly known: readonly string[];
  /** `login`: whoever knows it gets in. `signing`: whoever knows it makes sessions. `encryption`: protects what is stored. */
  readonly role: 'login' | 'signing' | 'encryption' | 'peer';
  readonly user: string | null;
}

export interface OtherListener {
  readonly what: string;
  readonly role: 'api' | 'ui' | 'metrics' | 'management' | 'peer' | 'data';
  readonly port: Knob;
  /** Null: the same address as the main one. */
  readonly bind: Knob | null;
  /** `same`: what guards the service guards it too. */
  readonly auth: 'same' | 'none' | 'unknown' | AuthKnobs;
  /** Only while this holds; null: always. */
  readonly when: Condition | null;
  readonly transport: 'http' | 'tcp';
}

/** A command line: the program's name, then words that follow in this order. */
export interface CommandPattern {
  readonly words: readonly string[];
  /** Not distinctive alone: one of these must occur in a name or path nearby. Lower case. */
  readonly near: readonly string[];
  /** A client, a worker, a one-off: known, and without the listener. */
  readonly serves: boolean;
}

/** A container image by repository, `*` for any run of characters but `/`; a tag pattern where the tag decides. */
export interface ImagePattern {
  readonly repository: string;
  readonly tag: string | null;
  /** What it runs unless told otherwise; null: the service's plain start. */
  readonly entrypoint: readonly string[] | null;
  readonly command: readonly string[] | null;
  readonly environment: Readonly<Record<string, string>>;
}

/** By what deployment files show that it is this service; of all services this is read, of the others the rest is not. */
export interface Naming {
  readonly images: readonly ImagePattern[];
  /** Distinctive enough to name it wherever an image, a container or a unit is called exactly so. */
  readonly names: readonly string[];
  readonly commands: readonly CommandPattern[];
  /** How variables begin that only the server reads: they name a container that nothing else names. */
  readonly variables: readonly string[];
}

export interface Deploy {
  readonly processes: readonly string[];
  readonly charts: readonly string[];
  readonly configFiles: readonly string[];
  /** Keys that a settings file of an ordinary name must have to be this service's; empty: its name is enough. */
  readonly configKeys: readonly string[];
  /** Environment variables that hold more arguments. */
  readonly argumentVariables: readonly string[];
  readonly transport: 'http' | 'tcp';
  readonly bind: Knob;
  readonly port: Knob;
  readonly basePath: Knob | null;
  readonly auth: AuthKnobs;
  readonly tls: TlsKnobs;
  readonly cors: CorsKnobs;
  readonly hostCheck: {
    readonly default: 'on' | 'off' | 'loopback' | 'unknown';
    readonly off: readonly NotedCondition[];
  };
  readonly registration: RegistrationKnobs;
  readonly tunnel: readonly NotedCondition[];
  readonly dangerous: readonly NotedCondition[];
  readonly ineffective: readonly IneffectiveSetting[];
  readonly credentials: readonly CredentialKnob[];
  readonly others: readonly OtherListener[];
  readonly notes: readonly string[];
}

/** A service as deployment files meet it; the prober may not know it. */
export interface Deployable {
  readonly id: string;
  readonly name: string;
  readonly kind: ServiceKind;
  readonly summary: string;
  readonly naming: Naming;
  readonly deploy: Deploy;
  readonly fix: Readonly<Record<string, string>>;
}
