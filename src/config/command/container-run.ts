import type { Mount, ProcessNetwork } from '../deployment/declarations.ts';
import type { ExpandedText } from '../source/expanded-text.ts';
import { programOf } from './launchers.ts';

/** `docker run …` taken apart. */
export interface ContainerRun {
  readonly name: ExpandedText | null;
  readonly image: ExpandedText;
  readonly args: readonly ExpandedText[];
  readonly entrypoint: ExpandedText | null;
  readonly ports: readonly ExpandedText[];
  readonly environment: readonly ExpandedText[];
  readonly environmentFiles: readonly ExpandedText[];
  readonly mounts: readonly Mount[];
  readonly networks: readonly ExpandedText[];
  readonly aliases: readonly ExpandedText[];
  readonly privileged: ExpandedText | null;
  readonly user: ExpandedText | null;
  readonly directory: ExpandedText | null;
  /** `-P`: every exposed port on a random port of the host. */
  readonly publishesAll: ExpandedText | null;
}

const ENGINES = new Set(['docker', 'podman', 'nerdctl', 'finch', 'nvidia-docker', 'docker-wrapper']);
/** Options of `docker run` and `podman run` without a value; everything else that starts with a dash takes one. */
const SWITCHES = new Set([
  '--rm',
  '--init',
  '--privileged',
  '--read-only',
  '--detach',
  '--interactive',
  '--tty',
  '--publish-all',
  '--quiet',
  '--no-healthcheck',
  '--oom-kill-disable',
  '--disable-content-trust',
  '--sig-proxy',
  '--replace',
  '--no-hosts',
  '--no-hostname',
  '--rmi',
  '--tls-verify',
  '--env-host',
  '--http-proxy',
  '--passwd',
  '--rootfs',
  '--systemd',
  '--use-api-socket',
  '--insecure-registry',
  '--all',
  '--all-devices',
]);
const SHORT_SWITCHES = /^-[ditPq]+/;
const ENGINE_VALUES = new Set([
  '-H',
  '--host',
  '-c',
  '--context',
  '--config',
  '-l',
  '--log-level',
  '--tlscacert',
  '--tlscert',
  '--tlskey',
  '-n',
  '--namespace',
  '--address',
  '--connection',
  '--root',
  '--runroot',
  '--url',
]);

/** The words of a `run` or `create`, or undefined when the command is another. */
export function containerRun(argv: readonly ExpandedText[]): ContainerRun | undefined {
  if (!ENGINES.has(programOf(argv[0]))) return undefined;
  let at = 1;
  while (argv[at]?.text.startsWith('-')) at += ENGINE_VALUES.has(argv[at]?.text ?? '') ? 2 : 1;
  if (argv[at]?.text === 'container') at += 1;
  if (argv[at]?.text === 'service' && argv[at + 1]?.text === 'create') at += 1;
  if (!/^(run|create)$/.test(argv[at]?.text ?? '')) return undefined;
  return runOptions(argv.slice(at + 1));
}

/** What follows `run`: also `PodmanArgs=` and the like. */
export function runOptions(words: readonly ExpandedText[]): ContainerRun | undefined {
  const options = new Map<string, ExpandedText[]>();
  const add = (name: string, value: ExpandedText) => {
    const list = options.get(name) ?? [];
    list.push(value);
    options.set(name, list);
  };
  let at = 0;
  for (; at < words.length; at += 1) {
    const word = words[at] as ExpandedText;
    const masked = word.masked;
    if (!masked.startsWith('-') || masked === '-') {
      // `$GPU_FLAGS` before the image: options that nobody can see, as long as an image follows.
      if (isUnknownWord(word) && words.slice(at + 1).some((next) => !next.text.startsWith('-'))) continue;
      break;
    }
    if (masked === '--') {
      at += 1;
      break;
    }
    at += option(word, words[at + 1], add);
  }
  const image = words[at];
  if (!image) return undefined;
  const all = (...names: string[]) => names.flatMap((name) => options.get(name) ?? []);
  const last = (...names: string[]) => all(...names).at(-1) ?? null;
  return {
    name: last('--name'),
    image,
    args: words.slice(at + 1),
    entrypoint: last('--entrypoint'),
    ports: all('-p', '--publish'),
    environment: all('-e', '--env'),
    environmentFiles: all('--env-file'),
    mounts: [...all('-v', '--volume').map(volume), ...all('--mount').flatMap(mount)],
    networks: all('--network', '--net'),
    aliases: all('--network-alias', '--net-alias', '-h', '--hostname'),
    privileged: last('--privileged'),
    user: last('-u', '--user'),
    directory: last('-w', '--workdir'),
    publishesAll: last('-P', '--publish-all'),
  };
}

/** Reads one option; the number of further words it takes. */
function option(
  word: ExpandedText,
  next: ExpandedText | undefined,
  add: (name: string, value: ExpandedText) => void,
): 0 | 1 {
  const masked = word.masked;
  if (masked.startsWith('--')) {
    const equals = masked.indexOf('=');
    if (equals !== -1) {
      const name = masked.slice(0, equals);
      if (!SWITCHES.has(name) || !/^(false|0)$/i.test(word.text.slice(equals + 1)))
        add(name, SWITCHES.has(name) ? word : word.part(equals + 1));
      return 0;
    }
    if (SWITCHES.has(masked) || !next) {
      add(masked, word);
      return 0;
    }
    add(masked, next);
    return 1;
  }
  const switches = SHORT_SWITCHES.exec(masked)?.[0] ?? '-';
  if (switches.includes('P')) add('-P', word);
  const rest = masked.slice(switches.length);
  if (rest === '') return 0;
  const name = `-${rest[0]}`;
  if (rest.length === 1) {
    if (next) add(name, next);
    return 1;
  }
  add(name, word.part(switches.length + (rest[1] === '=' ? 2 : 1)));
  return 0;
}

function isUnknownWord(word: ExpandedText): boolean {
  return /^\uFFFC+$/.test(word.masked);
}

/** `source:target[:options]`; `C:\…` keeps its drive. */
function volume(spec: ExpandedText): Mount {
  const masked = spec.masked;
  const from = /^[A-Za-z]:[\\/]/.test(masked) ? 2 : 0;
  const first = masked.indexOf(':', from);
  const { span } = spec.value;
  if (first === -1) return { source: spec.value, target: null, readOnly: false, span };
  const second = masked.indexOf(':', first + 1);
  const target = spec.slice(first + 1, second === -1 ? undefined : second);
  const options = second === -1 ? [] : masked.slice(second + 1).split(',');
  return { source: spec.slice(0, first), target, readOnly: options.includes('ro'), span };
}

/** `type=bind,source=…,target=…,readonly`. */
function mount(spec: ExpandedText): Mount[] {
  const field = (names: string) => {
    const match = new RegExp(`(?:^|,)(?:${names})=([^,]*)`).exec(spec.masked);
    return match?.[1] === undefined
      ? null
      : spec.slice(match.index + match[0].length - match[1].length, match.index + match[0].length);
  };
  const source = field('source|src');
  if (!source) return [];
  const readOnly = /(?:^|,)(?:readonly|ro)(?:=true|=1|,|$)/.test(spec.masked);
  return [{ source, target: field('target|dst|destination'), readOnly, span: spec.value.span }];
}

/** The network that `--network` gives; without it an engine's own bridge. */
export function networkOf(run: ContainerRun): ProcessNetwork {
  const chosen = run.networks.at(-1);
  if (!chosen) return { kind: 'own', networks: ['bridge'], internal: false };
  const { span } = chosen.value;
  if (!chosen.resolved && !/^(container|service):/.test(chosen.masked)) return { kind: 'unresolved', span };
  if (chosen.text === 'host') return { kind: 'host', span };
  if (chosen.text === 'none') return { kind: 'none' };
  if (chosen.text.startsWith('container:')) return { kind: 'shared', with: chosen.text.slice('container:'.length) };
  return { kind: 'own', networks: run.networks.map((network) => network.text), internal: false };
}
