import type { Options } from 'yargs';
import { discoverConfig } from '../config-file/discover.ts';
import { fromConfig } from '../config-file/path.ts';
import type { ConfigFile } from '../config-file/read-config.ts';
import {
  CONFIGURED_COMMANDS,
  type ConfiguredCommand,
  type OptionValue,
  type PosternConfig,
} from '../model/postern-config.ts';
import { UsageError } from '../model/trouble.ts';
import type { System } from '../system/ports.ts';
import { ADDING_OPTIONS, IDLE_WITHOUT, isPathOption, POSITIONALS, rivals } from './configured-options.ts';
import { many } from './options.ts';

/** Options that every command has. */
export interface ConfigArguments {
  /** A path; false with `--no-config`. */
  readonly config?: string | false;
  readonly printConfig?: boolean;
  readonly verbose?: boolean;
}

/** Where an option's value comes from: `--rate`, `postern.config.yaml:4:3`. */
export type Origins = ReadonlyMap<string, string>;

export interface Configured<A> {
  /** What the command line says, completed from the file. */
  readonly args: A;
  readonly config: PosternConfig;
  readonly file: ConfigFile | null;
  /** By long option name; what is not in it is a default. */
  readonly origins: Origins;
}

const MAX_CONFIG_BYTES = 1_048_576;

export const NO_CONFIG: PosternConfig = {
  rules: {},
  options: { scan: {}, tls: {}, lint: {}, check: {}, verify: {} },
  shared: {},
  trust: [],
  pins: [],
  ignore: [],
  expect: [],
  notify: null,
  output: [],
};

/** Nothing of YAML or schemas is loaded where there is no file. @throws UsageError */
export async function openConfig({ config }: ConfigArguments, system: System): Promise<ConfigFile | null> {
  if (config === false) return null;
  const path = config ?? (await discoverConfig(system)).path;
  if (path === null) return null;
  const read = await system.files.read(path, MAX_CONFIG_BYTES);
  if (read.status === 'failed')
    throw new UsageError(config === undefined ? `${path}: ${read.reason}` : `--config ${path}: ${read.reason}`);
  const { readConfig } = await import('../config-file/read-config.ts');
  return readConfig(path, read.text);
}

/** Completes a command's arguments from the configuration file. @throws UsageError */
export async function configured<A extends ConfigArguments>(
  command: string,
  options: Readonly<Record<string, Options>>,
  given: A,
  system: System,
): Promise<Configured<A>> {
  const file = await openConfig(given, system);
  const args: Record<string, unknown> = { ...(given as object) };
  const names = [...(POSITIONALS[command] ?? []), ...Object.keys(options)];
  const origins = new Map(names.filter((name) => isGiven(args[camel(name)])).map((name) => [name, 'command line']));
  if (file === null) return { args: args as unknown as A, config: NO_CONFIG, file, origins };

  const written: Record<string, unknown> = { ...args };
  for (const { name, value, where } of valuesFor(command, options, file)) {
    const key = camel(name);
    const adds = ADDING_OPTIONS.has(name);
    if (!adds && isGiven(args[key])) continue;
    if (rivals(command, name).some((rival) => isGiven(written[rival]))) continue;
    const seen = isPathOption(command, name) ? seenFromHere(name, value, file.path) : value;
    const read = located(file, where, () => coerced(seen, options[name]));
    args[key] = adds && Array.isArray(args[key]) ? [...(read as unknown[]), ...args[key]] : read;
    origins.set(name, origins.has(name) ? `command line and ${file.at(where)}` : file.at(where));
  }
  for (const name of idle(command, args)) {
    if (isGiven(written[camel(name)])) continue;
    delete args[camel(name)];
    origins.delete(name);
  }
  const outputs = outputsFor(command, options, file);
  if (outputs.length > 0 && !isGiven(args.output)) {
    args.output = outputs;
    origins.set('output', file.at(['output']));
  }
  return { args: args as unknown as A, config: file.config, file, origins };
}

interface WrittenValue {
  readonly name: string;
  readonly value: OptionValue;
  readonly where: readonly string[];
}

/** What the file says for a command: its section, and what holds for every command that has such an option. */
function valuesFor(
  command: string,
  options: Readonly<Record<string, Options>>,
  { config: { shared, options: sections } }: ConfigFile,
): WrittenValue[] {
  const section = sections[command as ConfiguredCommand] ?? {};
  return [
    ...Object.entries(shared)
      .filter(([name]) => name in options && !(name in section))
      .map(([name, value]) => ({ name, value, where: [name] })),
    ...Object.entries(section).map(([name, value]) => ({ name, value, where: [command, name] })),
  ];
}

/** Options of the command that are of no use beside the others. */
function idle(command: string, args: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(IDLE_WITHOUT)
    .filter(([name, isOfUse]) => name.startsWith(`${command} `) && !isOfUse(args))
    .map(([name]) => name.slice(command.length + 1));
}

/** Only what looks at something writes what the file names; a report of a saved result makes nothing new. */
function outputsFor(command: string, options: Readonly<Record<string, Options>>, { config }: ConfigFile): string[] {
  if (!CONFIGURED_COMMANDS.some((known) => known === command) || !('output' in options)) return [];
  return config.output.map(({ format, file }) => `${format}=${file}`);
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}

/** A value of the file, read as if it had been written on the command line. */
function coerced(value: OptionValue, option: Options | undefined): unknown {
  if (typeof value === 'boolean') return value;
  const repeats = option === undefined || option.array === true || option.coerce === many;
  const text = Array.isArray(value) ? (repeats ? value.map(String) : value.join(',')) : String(value);
  return option?.coerce ? option.coerce(text) : text;
}

function seenFromHere(name: string, value: OptionValue, configPath: string): OptionValue {
  const one = (text: string): string => {
    if (name === 'baseline' && text === 'last') return text;
    const [, network = '', path = text] = name === 'ca' ? (/^([0-9a-fA-F:.]+\/\d+=)(.+)$/.exec(text) ?? []) : [];
    return network + fromConfig(configPath, path);
  };
  return Array.isArray(value) ? value.map((item) => one(String(item))) : one(String(value));
}

/** @throws UsageError that says where in the file. */
function located<T>(file: ConfigFile, where: readonly string[], read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${file.at(where)}: ${error.message}`);
    throw error;
  }
}

/** `fail-on` as yargs calls it. */
export function camel(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
