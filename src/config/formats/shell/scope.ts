import type { ExpandedText } from '../../source/expanded-text.ts';
import { changedDirectory } from '../../source/paths.ts';

interface Entry {
  /** Null: set, to something that cannot be told. */
  readonly value: ExpandedText | readonly ExpandedText[] | null;
  readonly exported: boolean;
}

/**
 * Variables at one point of a script. A branch gets a scope of its own; what it assigned counts afterwards only as a
 * fallback, because the branch may not have been taken.
 */
export class Scope {
  readonly #entries = new Map<string, Entry>();
  readonly #outer: Scope | null;
  /** `set -a`: every assignment is exported. */
  exportsAll = false;
  /** Where `cd` has led, as written; empty: where the script was started. */
  directory = '';

  constructor(outer: Scope | null = null) {
    this.#outer = outer;
    this.exportsAll = outer?.exportsAll ?? false;
    this.directory = outer?.directory ?? '';
  }

  #entry(name: string): Entry | undefined {
    return this.#entries.get(name) ?? (this.#outer ? this.#outer.#entry(name) : undefined);
  }

  scalar(name: string): ExpandedText | undefined {
    const value = this.#entry(name)?.value;
    if (!value) return undefined;
    return Array.isArray(value) ? value[0] : (value as ExpandedText);
  }

  /** Elements of an array; a scalar is an array of one. */
  elements(name: string): readonly ExpandedText[] | undefined {
    const value = this.#entry(name)?.value;
    if (!value) return undefined;
    return Array.isArray(value) ? value : [value as ExpandedText];
  }

  set(name: string, value: ExpandedText | readonly ExpandedText[] | null, exported = false): void {
    const was = this.#entry(name);
    this.#entries.set(name, { value, exported: exported || this.exportsAll || (was?.exported ?? false) });
  }

  /** `$@`, `$1` and so on; what was there up to `clear` is gone. */
  setArguments(words: readonly ExpandedText[], clear: number): void {
    this.set('@', words);
    for (let index = 1; index <= clear; index += 1) this.set(String(index), words[index - 1] ?? null);
  }

  append(name: string, more: readonly ExpandedText[]): void {
    const size = (this.elements(name)?.length ?? 0) + more.length;
    if (size > 10_000) return;
    this.set(name, [...(this.elements(name) ?? []), ...more]);
  }

  export(name: string): void {
    this.#entries.set(name, { value: this.#entry(name)?.value ?? null, exported: true });
  }

  unset(name: string): void {
    this.#entries.set(name, { value: null, exported: false });
  }

  /** What `cd`, `pushd` and `popd` do to where it is; others nothing. */
  enter(command: string, argv: readonly ExpandedText[]): void {
    if (command === 'popd') this.directory = '';
    if (command !== 'cd' && command !== 'pushd') return;
    const to = argv.slice(1).find(({ text }) => !/^-[LPe@]*$/.test(text));
    this.directory = changedDirectory(this.directory, to?.text);
  }

  branch(): Scope {
    return new Scope(this);
  }

  /** After a branch that may or may not have run: what was known before stays, as does what only the branch says. */
  leave(): void {
    const outer = this.#outer;
    if (!outer) return;
    outer.directory = this.directory;
    for (const [name, entry] of this.#entries) {
      const was = outer.#entry(name);
      if (!was?.value && entry.value) outer.#entries.set(name, { ...entry, value: maybe(entry.value) });
      else if (was?.value)
        outer.#entries.set(name, { value: maybe(was.value), exported: was.exported || entry.exported });
    }
  }

  /** Exported variables, the innermost value of each. */
  get environment(): ReadonlyMap<string, ExpandedText> {
    const all = new Map<string, ExpandedText>(this.#outer?.environment ?? []);
    for (const [name, { value, exported }] of this.#entries) {
      if (exported && value && !Array.isArray(value)) all.set(name, value as ExpandedText);
      else all.delete(name);
    }
    return all;
  }
}

function maybe(value: NonNullable<Entry['value']>): NonNullable<Entry['value']> {
  return Array.isArray(value) ? value.map((one: ExpandedText) => one.asDefault()) : (value as ExpandedText).asDefault();
}
