import type { Declarations, DeclaredProcess, Variable } from '../deployment/declarations.ts';
import { unresolved, type Value } from '../deployment/value.ts';
import type { ReadContext } from '../formats/format.ts';
import type { SourceText } from '../source/source-text.ts';
import { type Unseen, valueAt } from './environment.ts';
import type { PlacedString } from './placed-string.ts';
import { type QuotedWord, quotedWords } from './words.ts';

/** One command of a unit. */
export interface Command {
  readonly argv: readonly Value[];
  /** The line behind the prefixes, as it is written. */
  readonly line: PlacedString;
  readonly words: readonly QuotedWord[];
}

/** `ExecStart=` as systemd.service(5) reads it: prefixes, quotes, `;` between commands, `$VARIABLE` filled in. */
export function commands(value: PlacedString, environment: readonly Variable[]): readonly Command[] {
  const prefix = /^[-@:+!|]*/.exec(value.text)?.[0].length ?? 0;
  return bareCommands(value.slice(prefix, value.length), environment);
}

/** The same without prefixes: `Exec=` of a container begins with an option as often as not. */
export function bareCommands(line: PlacedString, environment: readonly Variable[]): readonly Command[] {
  const found: Command[] = [];
  let words: QuotedWord[] = [];
  const finish = (): void => {
    const [first] = words;
    const last = words.at(-1);
    if (first && last) {
      found.push({
        argv: words.flatMap((word) => filled(word, environment)),
        line: line.slice(first.start, last.end),
        words: words.map((word) => ({ ...word, start: word.start - first.start, end: word.end - first.start })),
      });
    }
    words = [];
  };
  for (const word of quotedWords(line)) {
    if (!word.quoted && word.text.text === ';') finish();
    else words.push(word);
  }
  finish();
  return found;
}

const WHOLE = /^\$([A-Za-z_]\w*)$/;
const BRACED = /\$\$|\$\{([A-Za-z_]\w*)\}/g;

/** `$X` alone is split into words, `${X}` is one (systemd.service(5), command lines). */
function filled(word: QuotedWord, environment: readonly Variable[]): readonly Value[] {
  const { text } = word.text;
  const { span } = word.text;
  const name = WHOLE.exec(text)?.[1];
  if (name !== undefined) {
    const value = environment.find((variable) => variable.name === name)?.value;
    if (!value || value.kind === 'unresolved') return [unresolved(text, span, `${name} is set where the unit runs`)];
    const through = { ...value, span, via: [value.span, ...value.via] };
    return value.text.split(/\s+/).flatMap((part) => (part === '' ? [] : [{ ...through, text: part }]));
  }
  if (!text.includes('$')) return [valueAt(word.text)];
  const via: Value['via'][number][] = [];
  let missing: string | null = null;
  const whole = text.replaceAll(BRACED, (match, braced: string | undefined) => {
    if (braced === undefined) return '$';
    const value = environment.find((variable) => variable.name === braced)?.value;
    if (!value || value.kind === 'unresolved') {
      missing ??= braced;
      return match;
    }
    via.push(value.span, ...value.via);
    return value.text;
  });
  if (missing !== null) return [unresolved(text, span, `${missing} is set where the unit runs`)];
  return [{ kind: 'explicit', text: whole, span, via }];
}

const SHELLS = /(^|\/)(ba|da|z|k)?sh$/;
/** Programs whose arguments the shell's reader understands: what they start, what they do to files, what they let in. */
const READ_AS_SHELL =
  /(^|\/)(docker|podman|nerdctl|chmod|install|openssl|umask|env|curl|wget|git|ngrok|cloudflared|tailscale|lt|localtunnel|zrok|bore|devtunnel|jprq|loophole|loclx|ssh|autossh|kubectl|socat)$/;

/** What a command does that is a shell, or that starts a container; null for any other. */
export async function throughShell(
  { line, words }: Command,
  source: SourceText,
  given: UnitVariables,
  context: ReadContext,
): Promise<Declarations | null> {
  const program = words[0]?.text.text ?? '';
  const script = SHELLS.test(program) ? words.findIndex(({ text }) => /^-[a-z]*c$/.test(text.text)) + 1 : 0;
  const body = script > 0 ? words[script]?.text : READ_AS_SHELL.test(program) ? line : undefined;
  if (!body) return null;
  // `%%` and `$$` stay as they are: so does every place.
  const offsets = (inner: number): number =>
    inner < body.length ? body.offset(inner) : body.length > 0 ? body.offset(body.length - 1) + 1 : body.offset(0);
  const inner = await context.nested('shell', {
    source,
    text: body.text,
    offsets,
    name: null,
    variables: given.variables,
  });
  return { ...inner, processes: inner.processes.map((process) => inherited(process, given)) };
}

/** What a unit gives its processes; `unseen`: where it may give more. */
export interface UnitVariables {
  readonly variables: readonly Variable[];
  readonly unseen: readonly Unseen[];
  readonly directory?: string | undefined;
}

/** A program gets the unit's variables below its own; a container gets none of them. */
function inherited(process: DeclaredProcess, { variables, unseen, directory }: UnitVariables): DeclaredProcess {
  if (process.image !== null || process.build !== null) return process;
  return {
    ...process,
    environment: [...variables, ...process.environment],
    unseenEnvironment: [...unseen, ...process.unseenEnvironment],
    directory: process.directory ?? directory,
  };
}
