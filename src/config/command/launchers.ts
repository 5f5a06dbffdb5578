import type { ExpandedText } from '../source/expanded-text.ts';
import { launchOf, shellLineAt } from './launcher-table.ts';

/** Programs that are handed a whole command line as one word, by their verb. */
const TYPED: ReadonlyMap<string, RegExp> = new Map([
  ['tmux', /^(new|new-session|new-window|neww|send|send-keys|split-window|splitw|respawn-pane)$/],
  ['pm2', /^start$/],
  ['screen', /^-[a-zA-Z]*[SX]$/],
]);

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
    const launch = launchOf(
      name,
      argv.map((word) => word.masked),
    );
    const rest = launch ? argv.slice(launch.program) : afterMultiplexer(name, argv);
    if (!rest) break;
    for (const at of launch?.assignments ?? []) takeAssignment(argv[at], environment);
    if (launch?.user) user = argv[launch.user] ?? user;
    argv = launch?.versioned ? withoutVersion(rest) : rest;
  }
  return { argv, environment, user, script: null, positional: [] };
}

function shellLine(name: string, argv: readonly ExpandedText[]): Pick<Unwrapped, 'script' | 'positional'> | undefined {
  if (name === 'eval' && argv.length === 2) return { script: argv[1] ?? null, positional: [] };
  if (TYPED.get(name)?.test(argv[1]?.text ?? '')) {
    const typed = argv.find((word, index) => index > 1 && /\S\s/.test(word.text));
    return typed ? { script: typed, positional: [] } : undefined;
  }
  const at = shellLineAt(
    name,
    argv.map((word) => word.text),
  );
  return at === null ? undefined : { script: argv[at] ?? null, positional: argv.slice(at + 1) };
}

const ASSIGNMENT = /^([A-Za-z_]\w*)=/;

function takeAssignment(word: ExpandedText | undefined, environment: { name: string; value: ExpandedText }[]): void {
  const match = ASSIGNMENT.exec(word?.masked ?? '');
  if (word && match?.[1]) environment.push({ name: match[1], value: word.part(match[0].length) });
}

function withoutVersion(argv: readonly ExpandedText[]): readonly ExpandedText[] {
  const [first, ...others] = argv;
  const version = first?.masked.indexOf('@', 1) ?? -1;
  return first === undefined || version === -1 ? argv : [first.part(0, version), ...others];
}

/** `screen -dmS x cmd`, `tmux new -d 'cmd'`, `accelerate launch x.py`, `pm2 start x -- args`. */
function afterMultiplexer(name: string, argv: readonly ExpandedText[]): readonly ExpandedText[] | undefined {
  const after = (from: number, values: readonly string[]) => {
    let at = from;
    for (; at < argv.length && argv[at]?.text.startsWith('-'); at += 1)
      if (values.includes(argv[at]?.text ?? '')) at += 1;
    return argv.slice(at);
  };
  // Entrypoint scripts end with `exec "$@"`.
  if (/entry-?point[\w.-]*$/.test(name) && argv.length > 1) return argv.slice(1);
  if (name === 'screen') {
    const last = argv.findIndex((word, index) => index > 0 && /^-[a-zA-Z]*[SX]$/.test(word.text));
    return after(last === -1 ? 1 : last + 2, ['-S', '-c', '-T', '-L', '-Logfile']);
  }
  if (name === 'start-stop-daemon') {
    const program = argv.findIndex((word) => /^(--exec|-x|--startas|-a)$/.test(word.text));
    const separator = argv.findIndex((word) => word.text === '--');
    if (program === -1) return undefined;
    return [...argv.slice(program + 1, program + 2), ...(separator === -1 ? [] : argv.slice(separator + 1))];
  }
  return undefined;
}
