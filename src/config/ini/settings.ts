import type { IniEntry, IniSection } from './ini.ts';

/** The settings of one section, from a file and the drop-ins that come after it. */
export class Settings {
  readonly #entries: readonly IniEntry[];

  constructor(sections: readonly IniSection[], name: string) {
    this.#entries = sections.filter((section) => section.name === name).flatMap(({ entries }) => entries);
  }

  /** All values of a list; an empty assignment throws away what was before it. */
  all(key: string): readonly IniEntry[] {
    const found = this.#entries.filter((entry) => entry.key === key);
    const reset = found.findLastIndex(({ value }) => value.length === 0);
    return found.slice(reset + 1);
  }

  /** The last value; null where there is none or an empty one came last. */
  last(key: string): IniEntry | null {
    const found = this.#entries.findLast((entry) => entry.key === key);
    return found && found.value.length > 0 ? found : null;
  }
}
