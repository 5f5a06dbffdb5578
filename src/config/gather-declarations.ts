import { copiesIn } from './deployment/copies.ts';
import { type Declarations, NO_DECLARATIONS, type Variable } from './deployment/declarations.ts';
import { parseDotenv } from './formats/dotenv/parse.ts';
import type { ConfigFormat, EmbeddedText, ReadContext } from './formats/format.ts';
import { CONFIG_FORMATS, type FormatEntry, recognise } from './formats/formats.ts';
import type { Sources } from './gather-sources.ts';
import type { TreeFile } from './gather-tree.ts';
import { relocate } from './relocate.ts';
import { directoryOf, isExample, isWithin, resolveFrom } from './source/paths.ts';
import { SourceText } from './source/source-text.ts';

/** What one file declares. */
export interface ReadFile {
  readonly path: string;
  readonly format: string;
  readonly source: SourceText;
  readonly declarations: Declarations;
}

export interface Gathered {
  readonly files: readonly ReadFile[];
  readonly troubles: readonly { readonly path: string; readonly what: string }[];
  readonly sources: Sources;
}

/** Texts inside texts inside texts. */
const DEEPEST = 4;
/** Small enough that few files are in memory at once. */
const AT_ONCE = 16;

export async function gatherDeclarations(files: readonly TreeFile[], sources: Sources): Promise<Gathered> {
  const read: (ReadFile | null)[] = new Array(files.length).fill(null);
  const troubles: { path: string; what: string }[] = [];
  const missing: MissingEnvironment[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < files.length) {
      const index = next;
      next += 1;
      const file = files[index] as TreeFile;
      const result = await readOne(file, sources, new Map(), (path) => missing.push({ index, path }));
      if (typeof result === 'string') troubles.push({ path: file.path, what: result });
      else read[index] = result;
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, files.length) }, worker));
  await readWithCopies(files, read, missing, sources);
  return {
    files: read.filter((file) => file !== null),
    troubles: unknownTogether(troubles.sort((a, b) => (a.path < b.path ? -1 : 1))),
    sources,
  };
}

/** A file of variables that the file of that index asked for, and that is not there. */
interface MissingEnvironment {
  readonly index: number;
  readonly path: string;
}

/** Once more what asked for a file of variables that a script makes from an example. */
async function readWithCopies(
  files: readonly TreeFile[],
  read: (ReadFile | null)[],
  missing: readonly MissingEnvironment[],
  sources: Sources,
): Promise<void> {
  if (missing.length === 0) return;
  const references = read.flatMap((one) => one?.declarations.references ?? []);
  const there = new Set(files.map(({ path }) => path));
  const copies = new Map(copiesIn(references, (path) => there.has(path)).map(({ from, to }) => [to, from]));
  for (const index of new Set(missing.flatMap((one) => (copies.has(one.path) ? [one.index] : [])))) {
    const result = await readOne(files[index] as TreeFile, sources, copies, () => {});
    if (typeof result !== 'string') read[index] = result;
  }
}

/** One line for all files that no format claims: a hook names whatever was changed. */
function unknownTogether(troubles: Gathered['troubles']): Gathered['troubles'] {
  const unknown = troubles.filter(({ what }) => what === UNREADABLE_FORMAT);
  const [first] = unknown;
  if (first === undefined || unknown.length === 1) return troubles;
  const others = troubles.filter(({ what }) => what !== UNREADABLE_FORMAT);
  return [...others, { path: `${first.path} and ${unknown.length - 1} more`, what: UNREADABLE_FORMAT }];
}

/** What is said of a file that was named and that no format claims. */
export const UNREADABLE_FORMAT = 'in none of the formats that are read';

/** Null: not a format that is read, which is only worth a word when somebody named the file. */
async function readOne(
  file: TreeFile,
  sources: Sources,
  copies: ReadonlyMap<string, string>,
  missed: (path: string) => void,
): Promise<ReadFile | string | null> {
  const found = await sources.read(file.path);
  if (found.status === 'failed') return found.reason;
  const format = recognise(file.path, found.source.text);
  if (format === null) return file.named ? UNREADABLE_FORMAT : null;
  const { source } = found;
  try {
    const reader = await readerOf(format);
    const context = new TreeContext({ file, sources, copies, missed }, isExample(file.path), 0, null);
    return { path: file.path, format: format.id, source, declarations: await reader.read(source, context) };
  } catch (error) {
    // A stack that overflows is a file built to do so; anything else is our fault and is told as such.
    if (error instanceof RangeError) return 'could not be read: it is nested too deep';
    throw new Error(`${file.path} (${format.id}): ${(error as Error)?.message ?? error}`, { cause: error });
  }
}

const readers = new Map<FormatEntry, Promise<ConfigFormat>>();

/** Loaded once: Node looks a path up anew at each `import()`, which takes longer than to read a small file. */
function readerOf(format: FormatEntry): Promise<ConfigFormat> {
  const reader = readers.get(format) ?? format.load();
  readers.set(format, reader);
  return reader;
}

/** What is around a file. */
interface World {
  readonly file: TreeFile;
  readonly sources: Sources;
  /** What scripts make from an example, and from which. */
  readonly copies: ReadonlyMap<string, string>;
  /** Told of files of variables that are not there. */
  missed(path: string): void;
}

class TreeContext implements ReadContext {
  readonly example: boolean;
  readonly name: string | null;
  readonly #world: World;
  readonly #file: TreeFile;
  readonly #sources: Sources;
  readonly #depth: number;

  constructor(world: World, example: boolean, depth: number, name: string | null) {
    this.name = name;
    this.#world = world;
    this.#file = world.file;
    this.#sources = world.sources;
    this.example = example;
    this.#depth = depth;
  }

  async neighbour(path: string, from = this.#file.path): Promise<SourceText | null> {
    const target = await this.#inside(path, from);
    if (target === null) return null;
    const read = await this.#sources.read(target);
    return read.status === 'ok' ? read.source : null;
  }

  async neighbours(directory: string, from = this.#file.path): Promise<readonly string[] | null> {
    const target = directory === '.' ? directoryOf(from) : await this.#inside(directory, from);
    return target === null ? null : this.#sources.names(target);
  }

  async environment(path: string, from = this.#file.path): Promise<readonly Variable[] | null> {
    const source = (await this.neighbour(path, from)) ?? (await this.#copied(path, from));
    return source === null ? null : parseDotenv(source);
  }

  async #copied(path: string, from: string): Promise<SourceText | null> {
    const target = resolveFrom(from.split('\0')[0] ?? from, path);
    if (target === null) return null;
    const example = this.#world.copies.get(target);
    if (example === undefined) this.#world.missed(target);
    // Both are paths from where the program was started.
    return example === undefined ? null : this.neighbour(example, '');
  }

  async nested(format: string | null, text: EmbeddedText): Promise<Declarations> {
    if (this.#depth >= DEEPEST) return NO_DECLARATIONS;
    // Ids of processes begin with it: texts in one file must not share it.
    const start = typeof text.offsets === 'function' ? text.offsets(0) : (text.offsets[0] ?? 0);
    const inner = `${text.source.file}\0${this.#depth}.${start}`;
    const name = text.name ?? '';
    const entry: FormatEntry | null =
      format === null ? recognise(name, text.text) : (CONFIG_FORMATS.find(({ id }) => id === format) ?? null);
    if (entry === null) return NO_DECLARATIONS;
    const reader = await readerOf(entry);
    const context = new TreeContext(this.#world, this.example, this.#depth + 1, text.name);
    return relocate(await reader.read(new SourceText(inner, text.text), context), inner, text);
  }

  /** The path from where the program was started, if it stays inside of what is linted, links included. */
  async #inside(path: string, from: string): Promise<string | null> {
    const outer = from.split('\0')[0] ?? from;
    const target = resolveFrom(outer, path);
    const { boundary } = this.#file;
    if (target === null || !isWithin(boundary, target)) return null;
    const [look, base] = await Promise.all([this.#sources.look(target), this.#sources.look(boundary)]);
    return look !== null && base !== null && isWithin(base.realPath, look.realPath) ? target : null;
  }
}
