import { programOf } from '../../command/launchers.ts';
import { ExpandedText, type Piece } from '../../source/expanded-text.ts';
import type { RunCommand } from './run-command.ts';

/** A text that a script writes somewhere or hands to another program. */
export interface WrittenText {
  /** Null: what it looks like decides. */
  readonly format: string | null;
  /** The path it is written to. */
  readonly name: string;
  readonly text: ExpandedText;
}

/** Files made of heredocs, `echo` and `printf`, each with all that is written to it in order, and programs given on standard input or after `-c`. */
export function writtenTexts(commands: readonly RunCommand[]): readonly WrittenText[] {
  const files = new Map<string, ExpandedText[]>();
  const found: WrittenText[] = [];
  for (const command of commands) {
    const name = programOf(command.argv[0]);
    const text = textOf(name, command);
    const target = targetOf(name, command);
    if (text && target) files.set(target, [...(files.get(target) ?? []).slice(-500), text]);
    const inline = handedOver(name, command);
    if (inline) found.push(inline);
  }
  for (const [path, texts] of files) found.push({ format: null, name: path, text: joined(texts, '\n') });
  return found;
}

function textOf(name: string, command: RunCommand): ExpandedText | null {
  if (command.input && /^(cat|tee|dd|sudo|install|tail|envsubst|sed)$/.test(name)) return command.input;
  if (name !== 'echo' && name !== 'printf') return null;
  const words = command.argv.slice(1);
  while (words[0] && /^(-[neE]+|--)$/.test(words[0].text)) words.shift();
  if (words.length === 0 || words.length > 200) return null;
  if (name === 'printf' && words.length > 1) return formatted(words);
  return unescaped(joined(words, ' '));
}

function targetOf(name: string, { output, next, argv }: RunCommand): string | null {
  const path = (words: readonly ExpandedText[]) =>
    words.slice(1).find((word) => !word.text.startsWith('-'))?.text ?? null;
  if (output) return output.text;
  if (name === 'tee') return path(argv);
  const of = argv.findIndex((word) => word.text.startsWith('of='));
  if (name === 'dd' && of !== -1) return argv[of]?.text.slice(3) ?? null;
  if (name === 'install') return argv.at(-1)?.text ?? null;
  if (!next) return null;
  const reader = programOf(next.argv[0]);
  return reader === 'tee' ? path(next.argv) : (next.output?.text ?? null);
}

function handedOver(name: string, { argv, input }: RunCommand): WrittenText | null {
  const flag = argv.findIndex((word) => word.text === '-c' || word.text === '-e');
  const code = flag === -1 ? undefined : argv[flag + 1];
  if (/^python[\d.]*$/.test(name)) {
    const text = code ?? (argv[1]?.text === '-' || argv.length === 1 ? input : null);
    return text ? { format: 'python', name: 'inline.py', text } : null;
  }
  if (/^(node|bun|deno)$/.test(name)) {
    const text = code ?? (argv.length === 1 ? input : null);
    return text ? { format: 'node', name: 'inline.js', text } : null;
  }
  if (!input || !argv.some((word) => word.text === '-' || word.text === '-f-')) return null;
  if (/^(kubectl|oc|k3s|microk8s\.kubectl|helm)$/.test(name)) return { format: null, name: 'stdin.yaml', text: input };
  // `docker exec x python -` is handed something else.
  const isCompose = /^(docker|podman)-compose$/.test(name) || argv.some(({ text }) => /^(compose|stack)$/.test(text));
  return isCompose && /^(docker|podman)/.test(name) ? { format: null, name: 'compose.yaml', text: input } : null;
}

/** `printf '%s\n' a b` says its format again for each word; others fill the places of their format. */
function formatted([format, ...words]: readonly ExpandedText[]): ExpandedText | null {
  if (!format) return null;
  if (format.text.trim() === '%s\\n') return joined(words, '\n');
  const places = [...format.text.matchAll(/%./gs)];
  if (places.length !== words.length || places.some(([place]) => !/^%[sdq]$/.test(place))) return null;
  const parts = places.flatMap((place, index) => {
    const from = places[index - 1]?.index;
    const before = format.part(from === undefined ? 0 : from + 2, place.index);
    return [unescaped(before), words[index] ?? before];
  });
  return joined([...parts, unescaped(format.part((places.at(-1)?.index ?? 0) + 2))], '');
}

function joined(texts: readonly ExpandedText[], separator: string): ExpandedText {
  const [first] = texts;
  if (texts.length === 1 && first) return first;
  const pieces: Piece[] = [];
  for (const text of texts) {
    if (pieces.length > 0) pieces.push(literal(separator, text.whole.start, text));
    pieces.push(...text.pieces);
  }
  return new ExpandedText(pieces, first?.whole ?? { file: '', start: 0, end: 0 });
}

function literal(text: string, start: number, near: ExpandedText): Piece {
  return {
    text,
    span: { file: near.whole.file, start, end: start },
    verbatim: false,
    kind: 'explicit',
    via: [],
    why: '',
  };
}

/** `\n` as `echo -e` and `printf` write it. */
function unescaped(text: ExpandedText): ExpandedText {
  if (!text.text.includes('\\n')) return text;
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.text.matchAll(/\\n/g)) {
    pieces.push(...text.part(from, match.index).pieces, literal('\n', text.offset(match.index), text));
    from = match.index + 2;
  }
  return new ExpandedText([...pieces, ...text.part(from).pieces], text.whole);
}
