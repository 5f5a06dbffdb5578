import type { Options } from 'yargs';
import { discoverConfig } from '../config-file/discover.ts';
import { fromConfig } from '../config-file/path.ts';
import type { ConfigFile } from '../config-file/read-config.ts';
import type { ConfiguredCommand, OptionValue, PosternConfig } from '../model/postern-config.ts';
import { UsageError } from '../model/trouble.ts';
import type { System } from '../system/ports.ts';
import { ADDING_OPTIONS, isPathOption, POSITIONALS, rivals } from './configured-options.ts';
import { many } from './options.ts';

/** Options that every command has. */
export interface ConfigArguments {
  /** A path; false with `--no-config`. */
  readonly config?: string | false;
  readonly printConfig?: boolean;
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
  command: ConfiguredCommand,
  options: Readonly<Record<string, Options>>,
  given: A,
  system: System,
): Promise<Configured<A>> {
  const file = await openConfig(given, system);
  const origins = new Map<string, string>();
  const args: Record<string, unknown> = { ...(given as object) };
  for (const name of [...POSITIONALS[command], ...Object.keys(options)])
    if (isGiven(args[camel(name)])) origins.set(name, 'command line');
  if (file === null) return { args: args as unknown as A, config: NO_CONFIG, file, origins };

  const { shared, options: sections } = file.config;
  const values: readonly (readonly [string, OptionValue, readonly string[]])[] = [
    ...Object.entries(shared)
      .filter(([name]) => name in options && !(name in sections[command]))
      .map(([name, value]) => [name, value, [name]] as const),
    ...Object.entries(sections[command]).map(([name, value]) => [name, value, [command, name]] as const),
  ];
  for (const [name, value, where] of values) {
    const key = camel(name);
    const adds = ADDING_OPTIONS.has(name);
    if (!adds && isGiven(args[key])) continue;
    if (rivals(command, name).some((rival) => isGiven(given[rival as keyof A]))) continue;
    const seen = isPathOption(command, name) ? seenFromHere(name, value, file.path) : value;
    const read = located(file, where, () => coerced(seen, options[name]));
    args[key] = adds && Array.isArray(args[key]) ? [...(read as unknown[]), ...args[key]] : read;
    origins.set(name, origins.has(name) ? `command line and ${file.at(where)}` : file.at(where));
  }
  if (file.config.output.length > 0 && 'output' in options && !isGiven(args.output)) {
    args.output = file.config.output.map(({ format, file: name }) => `${format}=${name}`);
    origins.set('output', file.at(['output']));
  }
  return { args: args as unknown as A, config: file.config, file, origins };
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
