import { programOf } from '../../command/launchers.ts';
import type { Declarations, DeclaredMode } from '../../deployment/declarations.ts';
import type { Value } from '../../deployment/value.ts';
import type { ExpandedText } from '../../source/expanded-text.ts';
import { fileBits, symbolicBits } from './mode-bits.ts';
import type { RunCommand } from './run-command.ts';

/** Modes that commands give to files, and those that private keys get when nobody gives one. */
export function declaredModes(commands: readonly RunCommand[]): Pick<Declarations, 'modes' | 'troubles'> {
  const given: Given[] = [];
  const made: { readonly index: number; readonly mode: DeclaredMode }[] = [];
  for (const [index, command] of commands.entries()) {
    const name = programOf(command.argv[0]);
    if (name === 'chmod') given.push({ index, ...chmod(command) });
    else if (name === 'install') given.push({ index, modes: install(command), recursive: false });
    const key = createdKey(name, command);
    if (key) made.push({ index, mode: key });
  }
  const covering = new Covering();
  const open: DeclaredMode[] = [];
  // From the end: what comes later decides.
  for (let at = made.length - 1, next = given.length - 1; at >= 0; at -= 1) {
    const { index, mode } = made[at] as (typeof made)[number];
    for (; next >= 0 && (given[next]?.index ?? 0) > index; next -= 1) covering.add(given[next] as Given);
    if (!covering.covers(mode.path.text)) open.unshift(mode);
  }
  return { modes: [...given.flatMap(({ modes }) => modes), ...open], troubles: covering.troubles };
}

function chmod({ argv }: RunCommand): { readonly modes: readonly DeclaredMode[]; readonly recursive: boolean } {
  const options = argv.slice(1).filter((word) => /^-(?:[Rvfc]+|-.*)$/.test(word.text));
  if (options.some((word) => word.text.startsWith('--reference'))) return { modes: [], recursive: false };
  const [mode, ...files] = argv.slice(1).filter((word) => !options.includes(word));
  if (!mode) return { modes: [], recursive: false };
  const recursive = options.some((word) => /^-[a-z]*R|^--recursive/.test(word.text));
  const bits = mode.resolved ? (fileBits(mode.text) ?? symbolicBits(mode.text)) : null;
  const modes = files.map((file) => grant(file.value, bits, mode, files.length === 1 && !recursive));
  return { modes, recursive };
}

function grant(path: Value, bits: number | null, mode: ExpandedText, alone: boolean): DeclaredMode {
  const value = mode.value;
  const writable = alone && value.kind === 'explicit' && value.via.length === 0;
  const width = /^0?[0-7]{3}$/.test(mode.text) ? mode.text.length : 3;
  const rewrite = writable ? (safe: number) => safe.toString(8).padStart(width, '0') : null;
  return { path, bits, mode: value, owner: null, group: null, holds: null, rewrite, span: value.span };
}

/** `install -m 600 a b`, `install -m600 -t dir a`. */
function install({ argv }: RunCommand): readonly DeclaredMode[] {
  let mode: ExpandedText | null = null;
  let owner: string | null = null;
  let group: string | null = null;
  let directory: ExpandedText | null = null;
  const files: ExpandedText[] = [];
  for (let at = 1; at < argv.length; at += 1) {
    const word = argv[at] as ExpandedText;
    const [, short, attached] = /^-([mogtS])(.*)$/.exec(word.text) ?? [];
    const [, long, equal] = /^--(mode|owner|group|target-directory)(=?)/.exec(word.text) ?? [];
    if (/^-[a-zA-Z]*d/.test(word.text) && !short) return [];
    let value: ExpandedText | null = null;
    if (short && attached) value = word.part(2);
    else if (long && equal) value = word.part(word.text.indexOf('=') + 1);
    else if (short || long) {
      at += 1;
      value = argv[at] ?? null;
    }
    if (short === 'm' || long === 'mode') mode = value;
    else if (short === 'o' || long === 'owner') owner = value?.text ?? null;
    else if (short === 'g' || long === 'group') group = value?.text ?? null;
    else if (short === 't' || long === 'target-directory') directory = value;
    else if (!word.text.startsWith('-')) files.push(word);
  }
  const target = directory ? undefined : files.at(-1);
  if (!mode || files.length === 0) return [];
  const bits = mode.resolved ? (fileBits(mode.text) ?? symbolicBits(mode.text)) : null;
  const paths =
    target && !target.text.endsWith('/') && files.length < 3 ? [target] : directory ? files : files.slice(0, -1);
  return paths.map((path) => ({ ...grant(path.value, bits, mode as ExpandedText, paths.length === 1), owner, group }));
}

const KEY_FILE = /(\.key|privkey[\w.-]*|_rsa|[-_.]key\.pem|\.pem)$/i;

/** A private key that a command writes without anybody saying who may read it. */
function createdKey(name: string, command: RunCommand): DeclaredMode | null {
  const { argv, umask } = command;
  const bits = 0o666 & ~(umask ?? 0o022);
  const byUmask = (path: ExpandedText): DeclaredMode => ({
    ...blank(path, bits),
    mode: { kind: 'default', text: `0${bits.toString(8)}`, span: path.value.span, via: [] },
  });
  const target = writtenTo(command);
  if (name === 'openssl') {
    const verb = argv[1]?.text ?? '';
    const makes = /^(genrsa|genpkey|gendsa|ecparam|req|rsa|pkey|ec|pkcs8|pkcs12)$/.test(verb);
    if (!makes || (verb === 'ecparam' && !argv.some((word) => word.text === '-genkey'))) return null;
    if (/^(rsa|pkey|ec)$/.test(verb) && argv.some((word) => /^-(pubout|pubin|noout)$/.test(word.text))) return null;
    if (encrypted(argv)) return null;
    const flag = verb === 'req' ? '-keyout' : '-out';
    const path = argv[argv.findIndex((word) => word.text === flag) + 1];
    if (argv.some((word) => word.text === flag) && path)
      return umask === null ? leftToOpenssl(path, bits) : byUmask(path);
    if (verb === 'req' || verb === 'pkcs12' || verb === 'pkcs8') return null;
    return target ? byUmask(target) : null;
  }
  if (!target) return null;
  if (/^(wg|awg)$/.test(name) && /^(genkey|genpsk)$/.test(argv[1]?.text ?? '')) return byUmask(target);
  if (name === 'age-keygen') return byUmask(target);
  if (name === 'cat' && argv.length > 1 && argv.slice(1).some((word) => isKeyName(word.text))) return byUmask(target);
  if (/^(echo|printf)$/.test(name) && isKeyName(target.text) && argv.some((word) => /\$\{?\w*KEY/.test(word.text)))
    return byUmask(target);
  return null;
}

function isKeyName(path: string): boolean {
  return (
    KEY_FILE.test(path) && !/\.pem$/i.test(path.replace(/(privkey[\w-]*|[-_.]key)\.pem$/i, '')) && !/pub/i.test(path)
  );
}

/**
 * Since 1.1.0 OpenSSL opens the file of a private key with 0600 (`bio_open_owner` in apps/lib/apps.c; seen with 3.0.19);
 * before that, and in LibreSSL, the umask decides. Which one runs the script is not known here.
 */
function leftToOpenssl(path: ExpandedText, bits: number): DeclaredMode {
  const why = 'OpenSSL before 1.1.0 and LibreSSL leave it to the umask, later ones write 0600';
  return {
    ...blank(path, bits),
    mode: { kind: 'unresolved', text: `0${bits.toString(8)}`, span: path.value.span, via: [], why },
  };
}

function blank(path: ExpandedText, bits: number): Omit<DeclaredMode, 'mode'> {
  return {
    path: path.value,
    bits,
    owner: null,
    group: null,
    holds: 'private-key',
    rewrite: null,
    span: path.value.span,
  };
}

function encrypted(argv: readonly ExpandedText[]): boolean {
  return (
    argv.some((word) => /^-(aes\d+|aes-\d+-\w+|des3?|camellia\d+|passout)$/.test(word.text)) &&
    !argv.some((word) => /^-(nodes|noenc)$/.test(word.text))
  );
}

function writtenTo(command: RunCommand): ExpandedText | null {
  if (command.output) return command.output;
  const { next } = command;
  if (!next || programOf(next.argv[0]) !== 'tee') return null;
  return next.argv.slice(1).find((word) => !word.text.startsWith('-')) ?? null;
}

interface Given {
  readonly index: number;
  readonly modes: readonly DeclaredMode[];
  readonly recursive: boolean;
}

/** Every key is held against each: more than that are no script that anybody wrote, and it is said. */
const MOST_PATTERNS = 200;

/** Paths that were given a mode, as far as names tell: a script that changes its directory names a file by less. */
class Covering {
  readonly #names = new Set<string>();
  readonly #folders = new Set<string>();
  readonly #patterns = new Map<string, RegExp>();
  #passedOver: Value | null = null;

  add({ modes, recursive }: Given): void {
    for (const { path } of modes) {
      const name = last(path.text);
      this.#names.add(name);
      if (recursive) this.#folders.add(path.text.replace(/\/+$/, ''));
      if (!/^[^*]*\*(?:[^*]*\*){0,2}[^*]*$/.test(name) || name.length >= 100 || this.#patterns.has(name)) continue;
      if (this.#patterns.size >= MOST_PATTERNS) {
        this.#passedOver ??= path;
        continue;
      }
      const expression = name
        .split('*')
        .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
        .join('[^/]*');
      this.#patterns.set(name, new RegExp(`^${expression}$`));
    }
  }

  get troubles(): Declarations['troubles'] {
    if (this.#passedOver === null) return [];
    const what = `more than ${MOST_PATTERNS} patterns of files are given modes: keys that only others name are told as if they had none`;
    return [{ span: this.#passedOver.span, what }];
  }

  covers(path: string): boolean {
    const name = last(path);
    if (this.#names.has(name) || this.#folders.has('.')) return true;
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1))
      if (this.#folders.has(path.slice(0, slash))) return true;
    return [...this.#patterns.values()].some((pattern) => pattern.test(name));
  }
}

function last(path: string): string {
  return path.replace(/\/+$/, '').replace(/^.*\//, '');
}
