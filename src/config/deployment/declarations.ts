import type { Span } from '../../model/span.ts';
import type { TraefikPart } from '../traefik/setting.ts';
import type { Value } from './value.ts';

/*
 * What files declare, before anything is joined: a format's reader fills these and knows nothing of services or rules.
 * `deployment/` joins them across files into one graph.
 */

/** `NAME=value` as a process gets it. */
export interface Variable {
  readonly name: string;
  readonly value: Value;
}

/** What a process is started as: its network decides who can reach its listeners. */
export type ProcessNetwork =
  /** On the machine itself, or with the host's network: its listeners are the machine's. */
  | { readonly kind: 'host'; readonly span: Span | null }
  /** A network of its own (container, pod): reached by publication, by its names, or by its neighbours. */
  | { readonly kind: 'own'; readonly networks: readonly string[]; readonly internal: boolean }
  /** Another process's network (`network_mode: service:x`, containers of one pod). */
  | { readonly kind: 'shared'; readonly with: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'unresolved'; readonly span: Span };

export interface Mount {
  /** Path on the host, volume name, or secret/config name. */
  readonly source: Value;
  readonly target: Value | null;
  readonly readOnly: boolean;
  readonly span: Span;
}

/** A listener that code or a unit states itself (`uvicorn.run(host=…)`, `ListenStream=`); others come from the catalogue's knobs. */
export interface StatedListener {
  /** `0.0.0.0`, `127.0.0.1`, `::`, a name; null where the writer gave none. */
  readonly address: Value | null;
  readonly port: Value | null;
  /** `on`: certificate and key are given. */
  readonly tls: 'on' | 'off' | 'unknown';
  /** Auth that the same code shows; `unknown` where it cannot be seen. */
  readonly auth: GateState;
  readonly span: Span;
  /** What listens, in words: `uvicorn`, `gradio`, `FastAPI application`. */
  readonly what: string;
  /** Catalogue service, when the reader can be sure (an import of gradio). */
  readonly service: string | null;
}

export interface DeclaredProcess {
  /** Unique within the run: `<file>#<name>`. */
  readonly id: string;
  readonly name: string;
  /** Names under which its neighbours reach it: service name, container name, aliases, pod labels' service. */
  readonly aliases: readonly string[];
  /** Files it was merged from, the base first; the anchor of findings without a better place. */
  readonly span: Span;
  readonly image: Value | null;
  /** Dockerfile it is built from, as a path, and the stage; null when an image is pulled. */
  readonly build: { readonly context: Value; readonly dockerfile: Value | null; readonly target: Value | null } | null;
  /** The whole command line when the file overrides it (entrypoint, then command), else null: the image's own counts. */
  readonly argv: readonly Value[] | null;
  /** Only arguments for the image's own entrypoint (compose `command:` without `entrypoint:`, k8s `args:`). */
  readonly args: readonly Value[] | null;
  readonly environment: readonly Variable[];
  /** Names it takes from somewhere unseen (`- NAME` in compose, envFrom): they may be set, nobody knows. */
  readonly unseenEnvironment: readonly { readonly name: string | null; readonly span: Span }[];
  readonly network: ProcessNetwork;
  readonly mounts: readonly Mount[];
  readonly listeners: readonly StatedListener[];
  /** Started only on request (compose profile, disabled unit, Helm default off): still reported. */
  readonly optional: boolean;
  /** An example or template that nobody runs as it is. */
  readonly example: boolean;
  readonly privileged: Span | null;
  readonly user: Value | null;
  /** Where it is started, as far as that is told: `python main.py` is known by its folder. */
  readonly directory?: string | undefined;
  /** Labels and annotations as written: Traefik's routes stand in them. */
  readonly labels?: readonly Variable[];
  /** Ports of the machine that a host firewall or an address filter of the same file narrows (`IPAddressDeny=`, security group): what stands in the way. */
  readonly filtered?: Gate;
}

/** A door in a wall: traffic to `hostPort` of the machine (or cluster, or internet) goes to `targetPort` of the process. */
export interface Publication {
  readonly process: string;
  readonly kind:
    | 'port'
    | 'node-port'
    | 'load-balancer'
    | 'host-port'
    | 'ingress'
    | 'tunnel'
    | 'portproxy'
    | 'firewall'
    | 'public-address';
  /** Null: all interfaces, because none was written. */
  readonly hostAddress: Value | null;
  /** Null: chosen at start. */
  readonly hostPort: Value | null;
  readonly targetPort: Value | null;
  readonly protocol: 'tcp' | 'udp';
  readonly span: Span;
  /** Where `127.0.0.1:` goes to publish on loopback only; null where that is no edit of one span. */
  readonly loopbackEdit: { readonly span: Span; readonly insert: string } | null;
  /** Auth in front (ingress annotations, security group source ranges …). */
  readonly gate: Gate;
  readonly tls: 'on' | 'off' | 'unknown';
}

export type GateState = 'on' | 'off' | 'partial' | 'unknown';

/** What stands between a caller and the upstream. */
export interface Gate {
  readonly state: GateState;
  /** `basic`, `bearer`, `mtls`, `forward-auth`, `allow-list`, `oauth` … */
  readonly kinds: readonly string[];
  /** The settings that decide it, e.g. `auth_basic`, `satisfy any`, or what looked like a gate and is none. */
  readonly because: readonly { readonly span: Span; readonly text: string }[];
}

export interface ProxyListener {
  readonly address: Value | null;
  readonly port: Value | null;
  readonly tls: 'on' | 'off' | 'unknown';
  readonly span: Span;
}

export interface ProxyRoute {
  /** Names of the virtual host; empty: any. */
  readonly hosts: readonly Value[];
  /** Location or matcher, as written; `/` for all. */
  readonly path: string;
  readonly upstream: {
    readonly scheme: 'http' | 'https' | 'tcp' | 'unknown';
    /** Several when a pool is behind it. */
    readonly targets: readonly { readonly host: Value; readonly port: Value | null }[];
    /** Null: not https, or nobody can say. */
    readonly verify: {
      readonly on: boolean;
      /** The setting, or the upstream where the software's default decides. */
      readonly span: Span;
      /** Somebody wrote it; otherwise it is how the software comes (nginx does not verify upstreams). */
      readonly stated: boolean;
    } | null;
    /** The proxy answers itself, and asks for nothing: its own API behind a route. */
    readonly itself?: boolean;
    readonly span: Span;
  };
  readonly gate: Gate;
  /** Where the proxy puts in credentials for callers who show none; null: it does not, or nobody can say. */
  readonly putsIn?: Span | null;
  readonly span: Span;
}

/** One virtual server of a proxy. */
export interface DeclaredProxy {
  /** The process it runs as, where that is known without looking at mounts. */
  readonly process?: string;
  readonly software: 'nginx' | 'caddy' | 'traefik' | 'haproxy' | 'apache' | 'ingress' | 'other';
  readonly listeners: readonly ProxyListener[];
  readonly routes: readonly ProxyRoute[];
  readonly span: Span;
  readonly example: boolean;
}

/** TLS as a server declares it. */
export interface DeclaredTls {
  readonly software: string;
  readonly protocols: readonly Value[] | null;
  /** OpenSSL cipher string, or names joined by `:`. */
  readonly ciphers: Value | null;
  readonly clientCertificate: {
    readonly mode: 'none' | 'optional' | 'optional-unverified' | 'required';
    readonly span: Span;
  } | null;
  readonly certificate: Value | null;
  readonly key: Value | null;
  /** Names under which callers ask for it, where they are told. */
  readonly hosts?: readonly Value[];
  readonly span: Span;
}

/** A switch of a program that calls others: verification of TLS, where its authorities come from. */
export interface ClientSwitch {
  /** `AI_VERIFY_SSL`, `verify=`, `--insecure`, `rejectUnauthorized`. */
  readonly setting: string;
  readonly verification: 'off' | 'on' | 'unknown';
  /** File of authorities the setting names, if any. */
  readonly caFile: Value | null;
  readonly value: Value;
  /** Only on loopback, in a health check and the like: less is at stake. */
  readonly harmless: boolean;
  /** Off because the code's own fallback says so. */
  readonly byDefault: boolean;
  /** What else is written for the same end. */
  readonly beside?: Span;
}

/** A mode that a file gives to another file (`chmod`, `COPY --chmod`, `mode:`, `defaultMode`, `permissions:`). */
export interface DeclaredMode {
  readonly path: Value;
  /** Permission bits, e.g. 0o644; null where unresolved. `umask`-less creation of a key gives 0o644. */
  readonly bits: number | null;
  readonly mode: Value;
  /** Whom the bits are for, where said. */
  readonly owner: string | null;
  readonly group: string | null;
  /** What the reader knows the file to be from context (a Secret volume, `openssl genrsa -out`), else null: judged by name. */
  readonly holds: 'private-key' | 'secret' | 'certificate' | null;
  /** How a safe mode is written at `mode.span`, e.g. `"0600"`; null where no edit is possible. */
  readonly rewrite: ((bits: number) => string) | null;
  readonly span: Span;
}

/** A secret as configured. The value never leaves `config/`. */
export interface DeclaredCredential {
  /** The setting that holds it: `LITELLM_MASTER_KEY`, `POSTGRES_PASSWORD`, `api_key`. */
  readonly setting: string;
  readonly value: Value;
  readonly process: string | null;
}

/** Any other setting a rule may know by name: `dangerous`, `cors`, `registration`, false knobs … */
export interface DeclaredSetting {
  readonly setting: string;
  readonly value: Value;
  readonly process: string | null;
}

/** One file refers to another: `env_file`, `include`, `build`, `EnvironmentFile=`, `ssl_certificate_key`. */
export interface FileReference {
  readonly path: Value;
  readonly role:
    | 'environment'
    | 'include'
    | 'extends'
    | 'build'
    | 'mount'
    | 'certificate'
    | 'client-certificate'
    | 'private-key'
    | 'ca'
    | 'copy-of';
  /** Where a copy goes (`cp .env.example .env`). */
  readonly target?: Value;
  readonly optional: boolean;
  readonly span: Span;
}

export interface Declarations {
  readonly processes: readonly DeclaredProcess[];
  readonly publications: readonly Publication[];
  readonly proxies: readonly DeclaredProxy[];
  readonly tls: readonly DeclaredTls[];
  readonly clients: readonly ClientSwitch[];
  readonly modes: readonly DeclaredMode[];
  readonly credentials: readonly DeclaredCredential[];
  readonly settings: readonly DeclaredSetting[];
  readonly references: readonly FileReference[];
  /** Variables of a file that belong to no process of that file: a `.env`, exports of a script. */
  readonly variables: readonly Variable[];
  /** What is told to Traefik; its routes are known when all of it is put together (`traefik/join.ts`). */
  readonly traefik: readonly TraefikPart[];
  /** What could not be read: never silence. */
  readonly troubles: readonly { readonly span: Span; readonly what: string }[];
}

export const NO_DECLARATIONS: Declarations = {
  processes: [],
  publications: [],
  proxies: [],
  tls: [],
  clients: [],
  modes: [],
  credentials: [],
  settings: [],
  references: [],
  variables: [],
  traefik: [],
  troubles: [],
};
