import type { Variable } from '../deployment/declarations.ts';
import type { Value } from '../deployment/value.ts';
import { programName, splitLines, splitWords, tail } from './argument.ts';

/** A command line without what only starts it. */
export interface Unwrapped {
  /** The program first. */
  readonly argv: readonly Value[];
  /** `A=b` in front of it, or given to `env`. */
  readonly assignments: readonly Variable[];
}

/** What a starter does with the words after it, up to the program. */
interface Starter {
  /** Options that take the next word. */
  readonly values?: readonly string[];
  /** Words that are the starter's own, after its options (`gosu <user>`, `conda run`). */
  readonly words?: number | readonly string[];
  /** Takes `A=b` words. */
  readonly assignments?: boolean;
  /** What follows must say so: `uv run`, `npx` without it is something else. */
  readonly verbs?: readonly (readonly string[])[];
}

const PLAIN: Starter = {};
const STARTERS: Readonly<Record<string, Starter>> = {
  exec: { values: ['-a'] },
  nohup: PLAIN,
  time: PLAIN,
  setsid: PLAIN,
  command: PLAIN,
  catatonit: PLAIN,
  'dumb-init': PLAIN,
  tini: { values: ['-p', '-e'] },
  'docker-init': PLAIN,
  env: { assignments: true, values: ['-u', '--unset', '-C', '--chdir'] },
  sudo: { assignments: true, values: ['-u', '--user', '-g', '--group', '-h', '-p', '-D', '-R', '-T', '-C'] },
  doas: { values: ['-u', '-C'] },
  nice: { values: ['-n', '--adjustment'] },
  ionice: { values: ['-c', '-n', '--class', '--classdata'] },
  chrt: { words: 1 },
  taskset: { words: 1 },
  numactl: { values: ['-N', '-m', '-C', '-i', '-p'] },
  stdbuf: { values: ['-i', '-o', '-e'] },
  timeout: { values: ['-k', '-s', '--kill-after', '--signal'], words: 1 },
  gosu: { words: 1 },
  'su-exec': { words: 1 },
  's6-setuidgid': { words: 1 },
  setpriv: { values: ['--reuid', '--regid', '--groups'] },
  chpst: { values: ['-u', '-U', '-b', '-e'] },
  'xvfb-run': { values: ['-n', '-s', '-e', '--server-args'] },
  'opentelemetry-instrument': { values: ['--traces_exporter', '--metrics_exporter', '--service_name'] },
  'ddtrace-run': PLAIN,
  'steam-run': PLAIN,
  proxychains4: { values: ['-f'] },
  'systemd-inhibit': { values: ['--what', '--who', '--why', '--mode'] },
  'systemd-run': { values: ['-p', '--property', '--unit', '--uid', '-E', '--setenv'] },
  uvx: { values: ['--from', '--with', '--python', '-p', '--index-url'] },
  pipx: { verbs: [['run']], values: ['--spec', '--python'] },
  npx: { values: ['-p', '--package', '-c'] },
  bunx: PLAIN,
  uv: {
    verbs: [['run'], ['tool', 'run'], ['x']],
    values: [
      '--with',
      '--python',
      '-p',
      '--from',
      '--extra',
      '--group',
      '--directory',
      '--project',
      '--env-file',
      '--with-requirements',
      '--index-url',
    ],
  },
  poetry: { verbs: [['run']], values: ['-C', '--directory'] },
  pdm: { verbs: [['run']], values: ['-p'] },
  rye: { verbs: [['run']] },
  hatch: { verbs: [['run']], values: ['-e'] },
  pipenv: { verbs: [['run']] },
  pixi: { verbs: [['run']], values: ['-e', '--environment', '--manifest-path'] },
  conda: { verbs: [['run']], values: ['-n', '--name', '-p', '--prefix', '--cwd'] },
  mamba: { verbs: [['run']], values: ['-n', '--name', '-p', '--prefix'] },
  micromamba: { verbs: [['run']], values: ['-n', '--name', '-p', '--prefix', '-r'] },
  pnpm: { verbs: [['dlx'], ['exec']] },
  yarn: { verbs: [['dlx'], ['exec']] },
  npm: { verbs: [['exec']] },
  doppler: { verbs: [['run']], values: ['-p', '-c', '--project', '--config'] },
  infisical: { verbs: [['run']], values: ['--env', '--path', '--projectId'] },
  op: { verbs: [['run']], values: ['--env-file'] },
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

const ASSIGNMENT = /^([A-Za-z_]\w*)=/;
const SHELLS = new Set(['sh', 'bash', 'zsh', 'dash', 'ash']);
/** Deeper nesting of shells and starters is not a command line anybody wrote. */
const MAX_DEPTH = 12;

/** Every command the line runs, in order: one, or several where a shell joins them. */
export function unwrapCommand(argv: readonly Value[]): readonly Unwrapped[] {
  return unwrap(argv, [], 0);
}

function unwrap(argv: readonly Value[], assigned: readonly Variable[], depth: number): readonly Unwrapped[] {
  const own = [...assigned];
  let at = takeAssignments(argv, 0, own);
  const head = argv[at];
  if (head === undefined || depth > MAX_DEPTH) return [];
  const name = programName(head.text);

  if (SHELLS.has(name)) {
    const script = scriptOf(argv.slice(at + 1));
    if (script) return commandsIn(script).flatMap((command) => unwrap(command, own, depth + 1));
  }
  const starter = Object.hasOwn(STARTERS, name) ? STARTERS[name] : undefined;
  const next = starter && afterStarter(argv, at + 1, starter, own);
  if (next === undefined) return [{ argv: argv.slice(at), assignments: own }];
  at = next;
  const inner = unwrap(argv.slice(at), own, depth + 1);
  return inner.length > 0 ? inner : [{ argv: argv.slice(at), assignments: own }];
}

function takeAssignments(argv: readonly Value[], from: number, into: Variable[]): number {
  let at = from;
  for (; at < argv.length; at += 1) {
    const word = argv[at];
    const found = word && ASSIGNMENT.exec(word.text);
    if (!word || !found) break;
    into.push({ name: found[1] ?? '', value: tail(word, found[0].length) });
  }
  return at;
}

/** Where the started program stands; undefined when this is no start at all. */
function afterStarter(argv: readonly Value[], from: number, starter: Starter, into: Variable[]): number | undefined {
  let at = from;
  let verbs = starter.verbs;
  const skipOptions = (): void => {
    for (let word = argv[at]; word?.text.startsWith('-'); word = argv[at]) {
      at += 1;
      if (word.text === '--') return;
      if (starter.values?.includes(word.text)) at += 1;
    }
  };

  skipOptions();
  while (verbs) {
    const word = argv[at]?.text;
    const step: readonly (readonly string[])[] = verbs.filter(([first]) => first === word);
    if (step.length === 0) return undefined;
    at += 1;
    const rest: readonly (readonly string[])[] = step.map((verb) => verb.slice(1)).filter((verb) => verb.length > 0);
    verbs = rest.length > 0 ? rest : undefined;
    skipOptions();
  }
  if (typeof starter.words === 'number') at += starter.words;
  if (starter.assignments) at = takeAssignments(argv, at, into);
  skipOptions();
  return at < argv.length ? at : undefined;
}

/** The text after `-c`, `-lc`, `-ec`. */
function scriptOf(words: readonly Value[]): Value | undefined {
  for (const [index, word] of words.entries()) {
    if (/^-[a-z]*c[a-z]*$/.test(word.text)) return words[index + 1];
    if (!word.text.startsWith('-') && !word.text.startsWith('+')) return undefined;
    if (word.text === '-o') return scriptOf(words.slice(index + 2));
  }
  return undefined;
}

const JOINTS = new Set(['&&', '||', ';', '|', '&']);

/** A rough cut at what joins commands; a reader that parses the shell properly gives the commands one by one. */
function commandsIn(script: Value): readonly (readonly Value[])[] {
  return splitLines(script).flatMap(commandsOfLine);
}

function commandsOfLine(line: Value): readonly (readonly Value[])[] {
  const commands: Value[][] = [[]];
  for (const word of splitWords(line)) {
    if (JOINTS.has(word.text)) commands.push([]);
    else if (word.text.endsWith(';') && word.text.length > 1) {
      const text = word.text.slice(0, -1);
      commands
        .at(-1)
        ?.push({ ...word, text, span: { ...word.span, end: Math.max(word.span.start, word.span.end - 1) } });
      commands.push([]);
    } else commands.at(-1)?.push(word);
  }
  return commands.filter((command) => command.length > 0);
}
