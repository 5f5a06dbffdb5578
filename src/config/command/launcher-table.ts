/*
 * What stands in front of a program and starts it, for whoever takes a command line apart: words in, places out.
 */

/** What a launcher does with the words after it, up to the program. */
interface Launcher {
  /** Options whose value is the next word. */
  readonly values?: readonly string[];
  /** Words that are the launcher's own, after its options (`timeout 5`, `gosu user`). */
  readonly words?: number;
  /** Must follow: `conda run`, `uv tool run`. Without it this is something else. */
  readonly verbs?: readonly (readonly string[])[];
  /** An option will do in place of the verb: `dotenv -e .env -- app`. */
  readonly optional?: boolean;
  /** `NAME=value` words before the program. */
  readonly assignments?: boolean;
  /** The program's name may carry `@version`. */
  readonly versioned?: boolean;
}

const PLAIN: Launcher = {};
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
  nohup: PLAIN,
  exec: { values: ['-a'] },
  time: { values: ['-f', '-o'] },
  command: PLAIN,
  builtin: PLAIN,
  setsid: PLAIN,
  env: { assignments: true, values: ['-u', '--unset', '-C', '--chdir'] },
  stdbuf: { values: ['-i', '-o', '-e'] },
  unbuffer: PLAIN,
  caffeinate: { values: ['-t', '-w'] },
  nice: { values: ['-n', '--adjustment'] },
  ionice: { values: ['-c', '-n', '--class', '--classdata'] },
  taskset: { words: 1 },
  chrt: { words: 1 },
  numactl: { values: ['-N', '-m', '-C', '-i', '-p'] },
  timeout: { values: ['-s', '-k', '--signal', '--kill-after'], words: 1 },
  sudo: {
    values: [
      '-u',
      '-g',
      '-h',
      '-p',
      '-C',
      '-r',
      '-R',
      '-t',
      '-T',
      '-U',
      '-D',
      '--user',
      '--group',
      '--host',
      '--chdir',
    ],
    assignments: true,
  },
  doas: { values: ['-u', '-C'] },
  runuser: { values: ['-u', '-g', '-G'] },
  gosu: { words: 1 },
  'su-exec': { words: 1 },
  's6-setuidgid': { words: 1 },
  chroot: { words: 1 },
  setpriv: { values: ['--reuid', '--regid', '--groups'] },
  chpst: { values: ['-u', '-U', '-b', '-e'] },
  tini: { values: ['-e', '-p'] },
  'docker-init': PLAIN,
  // Of NVIDIA's images: greets, then becomes what follows.
  'nvidia_entrypoint.sh': PLAIN,
  catatonit: PLAIN,
  'dumb-init': { values: ['-r', '--rewrite'] },
  'systemd-run': {
    values: ['-p', '--property', '-u', '--unit', '-E', '--setenv', '--uid', '--gid', '--slice', '--description'],
  },
  'systemd-inhibit': { values: ['--what', '--who', '--why', '--mode'] },
  'xvfb-run': { values: ['-n', '-s', '-e', '-f', '-p', '-w', '--server-args', '--server-num'] },
  'prime-run': PLAIN,
  optirun: PLAIN,
  'steam-run': PLAIN,
  'flatpak-spawn': PLAIN,
  proxychains4: { values: ['-f'] },
  conda: { verbs: [['run']], values: CONDA },
  mamba: { verbs: [['run']], values: CONDA },
  micromamba: { verbs: [['run']], values: [...CONDA, '-e', '--env', '-a', '--attach', '-r'] },
  uv: { verbs: [['run'], ['tool', 'run'], ['x']], values: UV, versioned: true },
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
  yarn: { verbs: [['dlx'], ['exec']], versioned: true },
  npm: { verbs: [['exec']], versioned: true },
  'opentelemetry-instrument': { values: ['--traces_exporter', '--metrics_exporter', '--service_name'] },
  'ddtrace-run': PLAIN,
  infisical: { verbs: [['run']], values: ['--env', '--path', '--projectId', '--token'] },
  doppler: { verbs: [['run']], values: ['-p', '-c', '--project', '--config', '--token'] },
  dotenv: { verbs: [['run']], optional: true, values: ['-f', '-e', '--file'] },
  dotenvx: { verbs: [['run']], values: ['-f', '--env-file'] },
  op: { verbs: [['run']], values: ['--env-file', '--account'] },
  flox: { verbs: [['activate']], values: ['-d', '-r'] },
  accelerate: {
    verbs: [['launch']],
    values: [
      '--config_file',
      '--num_processes',
      '--num_machines',
      '--mixed_precision',
      '--gpu_ids',
      '--num_cpu_threads_per_process',
    ],
  },
  torchrun: {
    values: [
      '--nproc_per_node',
      '--nproc-per-node',
      '--nnodes',
      '--master_port',
      '--master_addr',
      '--node_rank',
      '--rdzv_endpoint',
    ],
  },
  mpirun: { values: ['-n', '-np', '-x', '--host', '-H'] },
  'trtllm-llmapi-launch': PLAIN,
};

/** Where the words of a launcher end. */
export interface Launch {
  /** Where the program stands; as long as the line where there is none. */
  readonly program: number;
  /** Where `NAME=value` words stand that it sets. */
  readonly assignments: readonly number[];
  /** Where the account stands that it changes to. */
  readonly user: number | null;
  readonly versioned: boolean;
}

const CHANGES_ACCOUNT = new Set(['sudo', 'doas', 'runuser']);
const ACCOUNT = new Set(['-u', '--user']);
const ASSIGNMENT = /^[A-Za-z_]\w*=/;

/** Null: the first word starts nothing. @param name the first word without its path */
export function launchOf(name: string, words: readonly string[]): Launch | null {
  const launcher = Object.hasOwn(LAUNCHERS, name) ? LAUNCHERS[name] : undefined;
  if (launcher === undefined) return null;
  const assignments: number[] = [];
  let user: number | null = null;
  let at = 1;
  const skipOptions = (): void => {
    for (let word = words[at]; word?.startsWith('-') && word.length > 1; word = words[at]) {
      at += 1;
      if (word === '--') return;
      if (!launcher.values?.includes(word)) continue;
      if (ACCOUNT.has(word) && CHANGES_ACCOUNT.has(name)) user = at;
      if ((word === '-E' || word === '--setenv') && ASSIGNMENT.test(words[at] ?? '')) assignments.push(at);
      at += 1;
    }
  };

  skipOptions();
  let verbs = launcher.optional && at > 1 ? undefined : launcher.verbs;
  while (verbs) {
    const word = words[at];
    const step: readonly (readonly string[])[] = verbs.filter(([first]) => first === word);
    if (step.length === 0) return null;
    at += 1;
    const rest: readonly (readonly string[])[] = step.map((verb) => verb.slice(1)).filter((verb) => verb.length > 0);
    verbs = rest.length > 0 ? rest : undefined;
    skipOptions();
  }
  at += launcher.words ?? 0;
  for (; launcher.assignments && ASSIGNMENT.test(words[at] ?? ''); at += 1) assignments.push(at);
  skipOptions();
  return { program: Math.min(at, words.length), assignments, user, versioned: launcher.versioned ?? false };
}

const SHELLS = new Set(['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh']);
/** Programs that hand a line to a shell, whatever stands before it. */
const BY_SHELL = new Set(['su', 'script', 'wsl']);
/** Nobody writes more in front of the line. */
const MOST_BEFORE = 8;

/** Where the line stands that a shell is handed with `-c`, `-lc`, `-ec`; null: none is. @param name the first word without its path */
export function shellLineAt(name: string, words: readonly string[]): number | null {
  if (!SHELLS.has(name) && !BY_SHELL.has(name)) return null;
  for (let at = 1; at <= MOST_BEFORE; at += 1) {
    const word = words[at];
    if (word === undefined) return null;
    if (/^-[a-z]*c[a-z]*$/.test(word)) return at + 1 < words.length ? at + 1 : null;
    if (BY_SHELL.has(name)) continue;
    // What follows is the shell's script and its own words.
    if (!/^[-+]/.test(word)) return null;
    if (word === '-o' || word === '+o') at += 1;
  }
  return null;
}
