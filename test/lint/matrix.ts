/*
 * Which rule can occur in which format. A rule is made from something that a file can say; a format's language can say
 * it or not. Every pair that follows from the two tables has a fixture that is found and one that comes close, unless
 * `EXCEPTIONS` tells why not.
 */

export type Ability = keyof typeof ABILITIES;

export const ABILITIES = {
  listener: 'starts something that listens, and shows who can come in',
  settings: 'starts any service, with the words and variables that decide what it does',
  'own-login': 'is the settings file of one program, its login among them',
  'own-flags': 'is the settings file of one program, with switches that open it',
  'store-address': 'is the settings file of a program that keeps what it knows in a datastore, with where that is',
  datastore: 'is the settings file of a datastore, with where it listens and its password',
  'own-pages': 'says who may open the pages of the proxy itself',
  share: 'publishes what it starts by an argument in code',
  switches: 'gives programs variables that decide whether they check others; what else it gives them harms nobody',
  variables: 'gives variables to programs, or says what one holds',
  logins: 'holds the password that its callers show',
  client: 'calls others over TLS, or sets how that is done',
  mounts: 'hands files of the machine to a container',
  proxy: 'passes requests on to a service',
  'upstream-tls': 'passes requests on to a service over TLS',
  copies: "puts a proxy's own file into an image",
  headers: 'adds headers to answers of a service',
  'server-tls': 'sets versions, suites and client certificates of a server',
  modes: 'gives a file its mode',
} as const;

/** What each rule is made from; any of them is enough. */
export const RULES = {
  'unauthenticated-endpoint': ['listener', 'own-pages'],
  'partially-guarded-endpoint': ['settings'],
  'exposed-datastore': ['settings', 'datastore'],
  'permissive-cross-origin': ['settings', 'headers'],
  'auth-disabled': ['settings', 'own-login'],
  'ineffective-setting': ['settings'],
  'dangerous-flag': ['settings', 'own-flags'],
  'public-tunnel': ['settings', 'share'],
  'default-credential': ['variables', 'logins'],
  'weak-credential': ['variables', 'logins'],
  'hardcoded-credential': ['variables', 'store-address', 'logins'],
  'missing-ca-file': ['variables', 'switches'],
  'tls-verification-disabled': ['client', 'variables', 'upstream-tls'],
  'docker-socket-mount': ['mounts'],
  'proxy-without-auth': ['proxy', 'copies'],
  'proxy-bypass': ['proxy'],
  'basic-auth-over-plaintext': ['proxy'],
  'plaintext-upstream': ['proxy'],
  'obsolete-protocol': ['server-tls'],
  'weak-cipher': ['server-tls'],
  'optional-client-certificate': ['server-tls'],
  'weak-key-permissions': ['modes'],
  'authority-key-beside-server-key': ['modes'],
} as const satisfies Readonly<Record<string, readonly Ability[]>>;

/** What each format's language can say; the folders of fixtures/lint. */
export const FORMATS = {
  ansible: ['listener', 'settings', 'variables', 'client', 'mounts', 'modes'],
  'caddy-json': ['proxy', 'headers', 'upstream-tls', 'server-tls'],
  caddyfile: ['proxy', 'headers', 'upstream-tls', 'server-tls'],
  'cloud-init': ['listener', 'settings', 'variables', 'client', 'mounts', 'modes'],
  compose: ['listener', 'settings', 'variables', 'mounts', 'proxy', 'modes'],
  devcontainer: ['listener', 'settings', 'variables', 'mounts'],
  dockerfile: ['listener', 'copies', 'settings', 'variables', 'client', 'modes'],
  dotenv: ['variables'],
  haproxy: ['proxy', 'own-pages', 'logins', 'headers', 'upstream-tls', 'server-tls'],
  helm: ['listener', 'settings', 'variables'],
  jupyter: ['listener', 'own-login'],
  kubernetes: ['listener', 'settings', 'variables', 'mounts', 'modes'],
  launchd: ['listener', 'settings', 'variables'],
  mcp: ['variables', 'client', 'mounts'],
  nginx: ['proxy', 'headers', 'upstream-tls', 'server-tls'],
  node: ['listener', 'client', 'server-tls'],
  'package-json': ['listener', 'settings', 'client'],
  python: ['listener', 'share', 'client', 'server-tls', 'modes'],
  quadlet: ['listener', 'settings', 'variables', 'mounts'],
  settings: ['listener', 'own-login', 'store-address', 'datastore', 'client'],
  shell: ['listener', 'settings', 'variables', 'client', 'mounts', 'modes'],
  supervisor: ['listener', 'settings', 'variables'],
  systemd: ['listener', 'settings', 'variables'],
  terraform: ['listener', 'settings', 'variables', 'client', 'mounts', 'modes'],
  traefik: ['own-flags', 'proxy', 'headers', 'upstream-tls', 'server-tls'],
  windows: ['listener', 'settings', 'variables', 'client', 'mounts'],
  workflow: ['switches', 'client', 'modes'],
} as const satisfies Readonly<Record<string, readonly Ability[]>>;

/** Rules over files that are no cell of the matrix, and where they are held instead. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  'committed-private-key':
    'is read in any text whatever its format: test/lint/keys.test.ts makes the keys and puts them into eight formats',
  'self-signed':
    'is told of certificate files, whatever names them, and only with --pedantic: test/lint/keys.test.ts makes the files',
  'plaintext-endpoint': 'is told of the same doors as unauthenticated-endpoint, and only with --pedantic',
  'open-registration': 'is told of the same doors as unauthenticated-endpoint, and only with --pedantic',
  'claimable-setup': 'is told of the same doors as unauthenticated-endpoint, and only with --pedantic',
  'configured-otherwise': 'holds files against what runs: postern check',
};

/** Pairs that follow from the tables and have no fixture, with the reason. */
export const EXCEPTIONS: readonly {
  readonly rules: readonly string[];
  readonly formats: readonly string[];
  readonly because: string;
}[] = [
  {
    rules: ['hardcoded-credential'],
    formats: ['dotenv'],
    because: 'a file of variables is where secrets belong, as long as it stays out of the repository',
  },
];

export interface Cell {
  readonly rule: string;
  readonly format: string;
}

/** Every pair that should have fixtures. */
export function cells(): readonly Cell[] {
  return Object.entries(RULES).flatMap(([rule, needs]) =>
    Object.entries(FORMATS)
      .filter(([, says]) => says.some((ability) => (needs as readonly Ability[]).includes(ability)))
      .map(([format]) => ({ rule, format })),
  );
}
