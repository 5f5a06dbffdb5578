import type { Files } from '../system/ports.ts';
import { decode } from './source/decode.ts';
import { SourceText } from './source/source-text.ts';

export type SourceRead =
  | { readonly status: 'ok'; readonly source: SourceText }
  | { readonly status: 'failed'; readonly reason: string };

/** Larger files are data, not configuration. */
export const MAX_FILE_BYTES = 2_097_152;

/** Reads each file once. */
export class Sources {
  readonly #files: Files;
  readonly #read = new Map<string, Promise<SourceRead>>();

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
