import type { SettingName, ValueSource } from '../../model/deploy.ts';
import type { Span } from '../../model/span.ts';
import type { Variable } from '../deployment/declarations.ts';
import type { Value } from '../deployment/value.ts';
import { splitWords, tail } from './argument.ts';

/** A setting as it was found. */
export interface Found {
  readonly setting: SettingName;
  /** Null: a flag without a value. */
  readonly value: Value | null;
  /** Of the flag or the value; what a finding points at. */
  readonly span: Span;
}

export interface SettingsInput {
  /** The command line, program first. */
  readonly argv: readonly Value[];
  readonly environment: readonly Variable[];
  /** Variables taken from somewhere unseen; a null name: any. */
  readonly unseenEnvironment: readonly { readonly name: string | null; readonly span: Span }[];
  /** Keys of its own settings file (`service.api_key`) and arguments in code (`launch(share=)`). */
  readonly config: readonly { readonly setting: string; readonly value: Value }[];
  /** Settings files it reads that nobody has seen. */
  readonly unseenConfig: readonly Span[];
  /** Variables that hold more arguments. */
  readonly argumentVariables: readonly string[];
}

/** Everything a process is told, asked by name. */
export class Settings {
  readonly #flags = new Map<string, Found>();
  readonly #environment = new Map<string, Found>();
  readonly #config = new Map<string, Found>();
  readonly #unseenNames = new Map<string, Span>();
  readonly #unseenAny: readonly Span[];
  readonly #unseenConfig: readonly Span[];
  readonly #opaque: readonly Span[];

  constructor(input: SettingsInput) {
    for (const { name, value } of input.environment) {
      this.#environment.set(name, { setting: { kind: 'env', name }, value, span: value.span });
    }
    for (const { setting, value } of input.config) {
      const name = configName(setting);
      const kind = name.includes('(') ? 'code' : 'config';
      this.#config.set(name, { setting: { kind, name }, value, span: value.span });
    }
    const more = input.argumentVariables.flatMap((name) => {
      const value = this.#environment.get(name)?.value;
      return value ? splitWords(value) : [];
    });
    const opaque = this.#readArguments([...input.argv, ...more]);
    this.#opaque = opaque;
    this.#unseenConfig = input.unseenConfig;
    this.#unseenAny = input.unseenEnvironment.flatMap(({ name, span }) => (name === null ? [span] : []));
    for (const { name, span } of input.unseenEnvironment) {
      if (name !== null && !this.#environment.has(name)) this.#unseenNames.set(name, span);
    }
  }

  /** The last one given wins, as programs do it. */
  find(setting: SettingName & Partial<Pick<ValueSource, 'takesValue'>>): Found | undefined {
    if (setting.kind === 'env') return this.#environment.get(setting.name);
    if (setting.kind !== 'flag') return this.#config.get(configName(setting.name));
    const found = this.#flags.get(flagName(setting.name));
    if (found && setting.takesValue === false && found.value && !isAttached(found)) return { ...found, value: null };
    return found;
  }

  /** Where the setting may be given although nobody saw it; empty: it is not. */
  hiding(setting: SettingName): readonly Span[] {
    if (setting.kind === 'flag') return this.#opaque;
    if (setting.kind !== 'env') return this.#unseenConfig;
    const named = this.#unseenNames.get(setting.name);
    return named ? [named] : this.#unseenAny;
  }

  /** Reads options and their values; answers with the words that may be anything. */
  #readArguments(words: readonly Value[]): Span[] {
    const opaque: Span[] = [];
    for (const [index, word] of words.entries()) {
      const { text } = word;
      const next = words[index + 1];
      if (/^-c\b|^-E\b/.test(text) && next && /^[\w.]+=/.test(next.text)) this.#keyValue(next);
      if (/^--?[A-Za-z]/.test(text)) this.#option(word, next);
      else if (index > 0 && word.kind === 'unresolved' && !startsPlainly(text) && !isOptionName(words[index - 1])) {
        opaque.push(word.span);
      }
    }
    return opaque;
  }

  #option(word: Value, next: Value | undefined): void {
    const { text } = word;
    // `- --host 0.0.0.0` of a list: in one word, which the image's entrypoint takes apart.
    const blank = /^--?[A-Za-z][\w-]*(?=\s+\S)/.exec(text)?.[0].length ?? 0;
    const sign = blank || text.indexOf('=');
    const short = /^-[A-Za-z](?=\d)/.exec(text)?.[0];
    if (sign > 0) this.#flag(text.slice(0, sign), trimmed(tail(word, sign + 1)), word.span);
    else if (short) this.#flag(short, tail(word, short.length), word.span);
    else this.#flag(text, next && (!/^-./.test(next.text) || /^-\d/.test(next.text)) ? next : null, word.span);
  }

  #flag(name: string, value: Value | null, span: Span): void {
    this.#flags.set(flagName(name), { setting: { kind: 'flag', name }, value, span: value?.span ?? span });
  }

  /** `-c listen_addresses=*`. */
  #keyValue(word: Value): void {
    const sign = word.text.indexOf('=');
    const name = configName(word.text.slice(0, sign));
    const value = tail(word, sign + 1);
    this.#config.set(name, { setting: { kind: 'config', name }, value, span: value.span });
  }
}

function trimmed(value: Value): Value {
  return tail(value, value.text.length - value.text.trimStart().length);
}

/** Programs take `--a-b` for `--a_b` more often than not. */
function flagName(name: string): string {
  return name.startsWith('--') ? `--${name.slice(2).replaceAll('_', '-')}` : name;
}

function configName(name: string): string {
  return name.replace(/^c\.(?=[A-Z])/, '');
}

function isAttached({ value, setting }: Found): boolean {
  return value !== null && setting.name.includes('=');
}

function startsPlainly(text: string): boolean {
  return /^[\w./:-]/.test(text);
}

function isOptionName(word: Value | undefined): boolean {
  return word !== undefined && /^--?[A-Za-z][\w.-]*$/.test(word.text);
}

const TRUE = new Set(['true', '1', 'yes', 'on', 'y', 't', 'enable', 'enabled']);
const FALSE = new Set(['false', '0', 'no', 'off', 'n', 'f', 'none', 'disable', 'disabled', 'never']);

/** The word for true or false that a text is; null: neither. */
export function truthOf(text: string): boolean | null {
  const word = plainText(text);
  return TRUE.has(word) ? true : FALSE.has(word) ? false : null;
}

/** Lower case, without the quotes that survive some formats. */
export function plainText(text: string): string {
  return text
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .toLowerCase();
}
