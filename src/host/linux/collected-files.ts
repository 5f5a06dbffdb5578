import type { Trouble } from '../../model/result.ts';
import type { Machine } from '../../system/machine.ts';
import type { ConfigurationFile } from '../configuration.ts';

export type About = Pick<ConfigurationFile, 'role' | 'unit' | 'idle' | 'base'>;

const MAX_FILE = 1_048_576;
/** A directory of settings with more files than this is something else. */
const MOST_FILES = 400;

/** The files that were found to configure something, each once. */
export class CollectedFiles {
  readonly troubles: Trouble[] = [];
  readonly #machine: Machine;
  readonly #files = new Map<string, ConfigurationFile>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  get files(): readonly ConfigurationFile[] {
    return [...this.#files.values()];
  }

  /** The text; empty where there is none, or it cannot be read. */
  async add(path: string, about: About): Promise<string> {
    const known = this.#files.get(path);
    if (known) {
      // Several may name one file: it is in effect as soon as one of them is.
      if (about.idle === null && known.idle !== null) this.#files.set(path, { ...known, ...about });
      return known.text ?? '';
    }
    const status = await this.#machine.status(path);
    if (status?.kind !== 'file' || this.#files.size >= MOST_FILES) return '';
    const read = await this.#machine.read(path, MAX_FILE);
    const text = read.status === 'ok' ? read.text : null;
    if (read.status === 'failed') this.trouble(path, read.reason);
    this.#files.set(path, { path, ...about, text, modified: status.modified });
    return text ?? '';
  }

  /** What a path stands for: the files of a directory, or itself. */
  async filesAt(place: string): Promise<readonly string[]> {
    const names = await this.#machine.names(place);
    return names === null ? [place] : names.slice(0, MOST_FILES).map((name) => `${place}/${name}`);
  }

  trouble(where: string, what: string): void {
    this.troubles.push({ kind: 'not-read', where, what });
  }
}
