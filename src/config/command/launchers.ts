import type { ExpandedText } from '../source/expanded-text.ts';

/** What stands in front of a program and starts it: which of its options take a word of their own. */
interface Launcher {
  /** Options whose value is the next word. */
  readonly values?: readonly string[];
  /** Options that may be followed by a first word that is the launcher's own (`timeout 5`, `gosu user`). */
  readonly words?: number;
  /** Must follow the name: `conda run`, `uv tool run`. */
  readonly verbs?: readonly (readonly string[])[];
  /** `NAME=value` words before the program. */
  readonly assignments?: boolean;
  /** The program's name may carry `@version`. */
  readonly versioned?: boolean;
}

const UV = [
  '--with',
  '--with-requirements',
  '--with-editable',
  '--extra',
  '--group',
  '--only-group',
  '--no-group',
  '--python',
  '-p',
  '--project',
  '--directory',
  '--package',
  '--env-file',
  '--index',
  '--index-url',
  '-i',
  '--extra-index-url',
  '--find-links',
  '-f',
  '--from',
  '--refresh-package',
  '--prerelease',
  '--torch-backend',
  '-c',
  '--constraints',
  '--link-mode',
  '--config-file',
  '--cache-dir',
];
const CONDA = ['-n', '--name', '-p', '--prefix', '--cwd'];

const LAUNCHERS: Readonly<Record<string, Launcher>> = {
  nohup: {},
  exec: { values: ['-a'] },
  time: { values: ['-f', '-o'] },
  command: {},
  builtin: {},
  setsid: {},
  stdbuf: { values: ['-i', '-o', '-e'] },
  unbuffer: {},
  caffeinate: { values: ['-t', '-w'] },
  nice: { values: ['-n', '--adjustment'] },
  ionice: { values: ['-c', '-n', '--class', '--classdata'] },
  taskset: { words: 1 },
  chrt: { words: 1 },
  numactl: { values: ['-N', '-m', '-C', '-i', '-p'] },
  timeout: { values: ['-s', '-k', '--signal', '--kill-after'], words: 1 },
  sudo: {
    values: ['-u', '-g', '-h', '-p', '-C', '-r', '-t', '-T', '-U', '-D', '--user', '--group', '--host', '--chdir'],
    assignments: true,
  },
  doas: { values: ['-u', '-C'] },
  runuser: { values: ['-u', '-g', '-G'] },
  gosu: { words: 1 },
  'su-exec': { words: 1 },
  chroot: { words: 1 },
  setpriv: {},
  tini: { values: ['-e', '-p'] },
  'dumb-init': { values: ['-r', '--rewrite'] },
  'systemd-run': {
    values: ['-p', '--property', '-u', '--unit', '-E', '--setenv', '--uid', '--gid', '--slice', '--description'],
  },
  'systemd-inhibit': {},
  'xvfb-run': { values: ['-n', '-s', '-e', '-f', '-p', '-w', '--server-args', '--server-num'] },
  'prime-run': {},
  optirun: {},
  'flatpak-spawn': {},
  conda: { verbs: [['run']], values: CONDA },
  mamba: { verbs: [['run']], values: CONDA },
  micromamba: { verbs: [['run']], values: [...CONDA, '-e', '--env', '-a', '--attach'] },
  uv: { verbs: [['run'], ['tool', 'run']], values: UV, versioned: true },
  uvx: { values: UV, versioned: true },
  pipx: { verbs: [['run']], values: ['--spec', '--python', '--pip-args', '--index-url'], versioned: true },
  poetry: { verbs: [['run']], values: ['-C', '--directory', '-P', '--project'] },
  pipenv: { verbs: [['run']] },
  pdm: { verbs: [['run']], values: ['-p', '--project'] },
  hatch: { verbs: [['run']], values: ['-e', '--env'] },
  rye: { verbs: [['run']] },
  pixi: { verbs: [['run']], values: ['-e', '--environment', '--manifest-path'] },
  npx: { values: ['-p', '--package', '-c', '--call', '-w', '--workspace'], versioned: true },
  bunx: { versioned: true },
  pnpm: { verbs: [['dlx'], ['exec']], versioned: true },
  npm: { verbs: [['exec']], versioned: true },
  'opentelemetry-instrument': {},
  'ddtrace-run': {},
  infisical: { verbs: [['run']], values: ['--env', '--path', '--projectId', '--token'] },
  doppler: { verbs: [['run']], values: ['-p', '-c', '--project', '--config', '--token'] },
  dotenv: { values: ['-f', '-e', '--file'], verbs: [['run'], ['--'], ['-e'], ['-f']] },
  dotenvx: { verbs: [['run']], values: ['-f', '--env-file'] },
  op: { verbs: [['run']], values: ['--env-file', '--account'] },
};

/** Programs that are handed a whole command line as one word, by their verb. */
const TYPED: Readonly<Record<string, RegExp>> = {
  tmux: /^(new|new-session|new-window|neww|send|send-keys|split-window|splitw|respawn-pane)$/,
  pm2: /^start$/,
  screen: /^-[a-zA-Z]*[SX]$/,
};

const SHELLS = /^(?:ba|da|z|k|a)?sh$/;

export interface Unwrapped {
  /** The program and its words; empty where a launcher starts nothing. */
  readonly argv: readonly ExpandedText[];
  readonly environment: readonly { readonly name: string; readonly value: ExpandedText }[];
  readonly user: ExpandedText | null;
  /** A shell line that it runs instead (`sh -c '…'`). */
  readonly script: ExpandedText | null;
  /** Words that stand for `$0`, `$1` … of that line. */
  readonly positional: readonly ExpandedText[];
}

/** Last part of a program's path, without `.exe`. */
export function programOf(word: ExpandedText | undefined): string {
  return (word?.text ?? '').replace(/^.*[/\\]/, '').replace(/\.exe$/i, '');
}

/** Takes off everything that stands in front of the program that a command line starts in the end. */
export function unwrap(words: readonly ExpandedText[]): Unwrapped {
  const environment: { name: string; value: ExpandedText }[] = [];
  let user: ExpandedText | null = null;
  let argv = words;
  // Each round takes a word off, so this ends; the bound is for the reader.
  for (let round = 0; round < 50 && argv.length > 0; round += 1) {
    const name = programOf(argv[0]);
    const script = shellLine(name, argv);
    if (script) return { argv: [], environment, user, ...script };
    if (name === 'env') {
      argv = afterEnv(argv.slice(1), environment);
      continue;
    }
    const rest = LAUNCHERS[name] ? afterLauncher(LAUNCHERS[name], argv, environment) : afterMultiplexer(name, argv);
    if (!rest) break;
    if (rest.user) user = rest.user;
    argv = rest.argv;
  }
  return { argv, environment, user, script: null, positional: [] };
}

function shellLine(name: string, argv: readonly ExpandedText[]): Pick<Unwrapped, 'script' | 'positional'> | undefined {
  if (name === 'eval' && argv.length === 2) return { script: argv[1] ?? null, positional: [] };
  if (TYPED[name]?.test(argv[1]?.text ?? '')) {
    const typed = argv.find((word, index) => index > 1 && /\S\s/.test(word.text));
    return typed ? { script: typed, positional: [] } : undefined;
  }
  if (!SHELLS.test(name) && name !== 'su' && name !== 'script' && name !== 'wsl') return undefined;
  const flag = argv.findIndex((word, index) => index > 0 && /^-[a-z]*c$/.test(word.text) && index < 8);
  if (flag === -1) return undefined;
  const script = argv[flag + 1];
  return script ? { script, positional: argv.slice(flag + 2) } : undefined;
}

const ASSIGNMENT = /^([A-Za-z_]\w*)=/;

function takeAssignment(word: ExpandedText, environment: { name: string; value: ExpandedText }[]): boolean {
  const match = ASSIGNMENT.exec(word.masked);
  if (!match?.[1]) return false;
  environment.push({ name: match[1], value: word.part(match[0].length) });
  return true;
}

function afterEnv(
  words: readonly ExpandedText[],
  environment: { name: string; value: ExpandedText }[],
): readonly ExpandedText[] {
  let at = 0;
  for (; at < words.length; at += 1) {
    const word = words[at] as ExpandedText;
    if (takeAssignment(word, environment)) continue;
    if (/^(-u|--unset|-C|--chdir)$/.test(word.text)) at += 1;
    else if (!word.text.startsWith('-')) break;
  }
  return words.slice(at);
}

function afterLauncher(
  launcher: Launcher,
  argv: readonly ExpandedText[],
  environment: { name: string; value: ExpandedText }[],
): { readonly argv: readonly ExpandedText[]; readonly user: ExpandedText | null } | undefined {
  let at = 1;
  if (launcher.verbs) {
    const verb = launcher.verbs.find((words) => words.every((word, index) => argv[index + 1]?.text === word));
    if (!verb) return undefined;
    at += verb[0]?.startsWith('-') ? 0 : verb.length;
  }
  let user: ExpandedText | null = null;
  let words = launcher.words ?? 0;
  for (; at < argv.length; at += 1) {
    const word = argv[at] as ExpandedText;
    if (word.text === '--') {
      at += 1;
      break;
    }
    if (word.text.startsWith('-') && word.text.length > 1) {
      if (launcher.values?.includes(word.text)) {
        at += 1;
        if (/^(-u|--user)$/.test(word.text)) user = argv[at] ?? null;
        if (/^(-E|--setenv)$/.test(word.text) && argv[at]) takeAssignment(argv[at] as ExpandedText, environment);
      }
      continue;
    }
    if (launcher.assignments && takeAssignment(word, environment)) continue;
    if (words === 0) break;
    words -= 1;
  }
  const rest = argv.slice(at);
  const first = rest[0];
  if (!launcher.versioned || !first) return { argv: rest, user };
  const version = first.masked.indexOf('@', 1);
  return { argv: version === -1 ? rest : [first.part(0, version), ...rest.slice(1)], user };
}

/** `screen -dmS x cmd`, `tmux new -d 'cmd'`, `accelerate launch x.py`, `pm2 start x -- args`. */
function afterMultiplexer(
  name: string,
  argv: readonly ExpandedText[],
): { readonly argv: readonly ExpandedText[]; readonly user: null } | undefined {
  const after = (from: number, values: readonly string[]) => {
    let at = from;
    for (; at < argv.length && argv[at]?.text.startsWith('-'); at += 1)
      if (values.includes(argv[at]?.text ?? '')) at += 1;
    return { argv: argv.slice(at), user: null };
  };
  // Entrypoint scripts end with `exec "$@"`.
  if (/entry-?point[\w.-]*$/.test(name) && argv.length > 1) return { argv: argv.slice(1), user: null };
  if (name === 'screen') {
    const last = argv.findIndex((word, index) => index > 0 && /^-[a-zA-Z]*[SX]$/.test(word.text));
    return after(last === -1 ? 1 : last + 2, ['-S', '-c', '-T', '-L', '-Logfile']);
  }
  if (name === 'start-stop-daemon') {
    const program = argv.findIndex((word) => /^(--exec|-x|--startas|-a)$/.test(word.text));
    const separator = argv.findIndex((word) => word.text === '--');
    if (program === -1) return undefined;
    return {
      argv: [...argv.slice(program + 1, program + 2), ...(separator === -1 ? [] : argv.slice(separator + 1))],
      user: null,
    };
  }
  return undefined;
}
