import type { Files, PathLook } from '../system/ports.ts';
import { decode } from './source/decode.ts';
import { baseName, directoryOf } from './source/paths.ts';
import { SourceText } from './source/source-text.ts';

export type SourceRead =
  | { readonly status: 'ok'; readonly source: SourceText }
  | { readonly status: 'failed'; readonly reason: string };

/** Larger files are data, not configuration. */
export const MAX_FILE_BYTES = 2_097_152;

interface Names {
  readonly written: readonly string[];
  readonly folded: ReadonlySet<string>;
}

/** Some file systems take names that differ in case, or in how an accent is written, for the same. */
function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** Asks for each file once. */
export class Sources {
  readonly #files: Files;
  readonly #read = new Map<string, Promise<SourceRead>>();
  readonly #looks = new Map<string, Promise<PathLook | null>>();
  readonly #names = new Map<string, Promise<Names | null>>();

  constructor(files: Files, given: ReadonlyMap<string, string> = new Map()) {
    this.#files = files;
    for (const [path, text] of given)
      this.#read.set(path, Promise.resolve({ status: 'ok', source: new SourceText(path, text) }));
  }

  read(path: string): Promise<SourceRead> {
    const known = this.#read.get(path);
    if (known) return known;
    const reading = this.#open(path);
    this.#read.set(path, reading);
    return reading;
  }

  look(path: string): Promise<PathLook | null> {
    const looking = this.#looks.get(path) ?? this.#look(path);
    this.#looks.set(path, looking);
    return looking;
  }

  /** Names in a directory, sorted; null where it cannot be read. */
  async names(directory: string): Promise<readonly string[] | null> {
    return (await this.#namesIn(directory))?.written ?? null;
  }

  /** Most of what readers ask for is not there: the directory says so for all of it. */
  async #look(path: string): Promise<PathLook | null> {
    const names = /[^./]/.test(path) ? await this.#namesIn(directoryOf(path)) : null;
    return names?.folded.has(folded(baseName(path))) === false ? null : this.#files.look(path);
  }

  #namesIn(directory: string): Promise<Names | null> {
    const listing = this.#names.get(directory) ?? this.#list(directory);
    this.#names.set(directory, listing);
    return listing;
  }

  async #list(directory: string): Promise<Names | null> {
    const written = (await this.#files.entries(directory))?.map(({ name }) => name).sort();
    return written === undefined ? null : { written, folded: new Set(written.map(folded)) };
  }

  /** Every text that was read, whoever asked for it. */
  async opened(): Promise<ReadonlyMap<string, SourceText>> {
    const texts = new Map<string, SourceText>();
    for (const [path, reading] of this.#read) {
      const read = await reading;
      if (read.status === 'ok') texts.set(path, read.source);
    }
    return texts;
  }

  async #open(path: string): Promise<SourceRead> {
    const file = await this.#files.readBytes(path, MAX_FILE_BYTES);
    if (file.status === 'failed') return file;
    const decoded = decode(file.bytes);
    return decoded.status === 'ok' ? { status: 'ok', source: new SourceText(path, decoded.text) } : decoded;
  }
}
