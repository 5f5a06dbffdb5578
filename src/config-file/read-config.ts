import { assertValid, parseYaml, type SchemaValidator, type YamlFile } from '../catalogue/yaml-file.ts';
import {
  CONFIGURED_COMMANDS,
  type ConfiguredCommand,
  type Expectation,
  type IgnoreSetting,
  type NotifySetting,
  type OptionValue,
  type OptionValues,
  type OutputSetting,
  type PosternConfig,
  type RuleSetting,
  type TrustSetting,
} from '../model/postern-config.ts';
import { UsageError } from '../model/trouble.ts';
import { fromConfig } from './path.ts';

/** A configuration file that can still say where each value stands. */
export interface ConfigFile {
  readonly path: string;
  readonly config: PosternConfig;
  /** `file:line:column` of a value. */
  at(path: readonly (string | number)[]): string;
}

/** The published schema, compiled. */
const VALIDATOR = new URL('../../dist/rules/config-validator.js', import.meta.url);

/** The file as it is written, once it fits its schema. */
type WrittenConfig = Readonly<
  Partial<Record<ConfiguredCommand, Readonly<Record<string, unknown>>>> & {
    rules?: Readonly<Record<string, Partial<RuleSetting>>>;
    expect?: readonly Omit<Expectation, 'at'>[];
    notify?: { url: string; format?: 'json' | 'slack'; 'secret-env'?: string; on?: 'new' | 'always' };
    output?: readonly OutputSetting[];
  }
>;

const SHARED = ['fail-on', 'strict', 'state'] as const;
/** Keys of a section that are not options of its command. */
const STRUCTURED: Readonly<Record<ConfiguredCommand, readonly string[]>> = {
  scan: [],
  tls: ['trust', 'pins'],
  lint: ['ignore'],
  check: [],
  verify: [],
};

/** @throws UsageError with file, line, column and what was expected. */
export async function readConfig(path: string, text: string): Promise<ConfigFile> {
  const file = parseYaml(path, text);
  assertValid(file, ((await import(VALIDATOR.href)) as { default: SchemaValidator }).default);
  const written = file.value as WrittenConfig & Readonly<Record<string, unknown>>;
  const config: PosternConfig = {
    rules: Object.fromEntries(
      Object.entries(written.rules ?? {}).map(([id, setting]) => [id, { enabled: true, ...setting }]),
    ),
    options: Object.fromEntries(
      CONFIGURED_COMMANDS.map((command) => [command, optionsOf(written[command] ?? {}, STRUCTURED[command])]),
    ) as Record<ConfiguredCommand, OptionValues>,
    shared: Object.fromEntries(
      SHARED.flatMap((name) => (written[name] === undefined ? [] : [[name, written[name] as OptionValue]])),
    ),
    trust: ((written.tls?.trust ?? []) as { targets?: string[]; ca: string }[]).map(
      ({ targets = [], ca }, index): TrustSetting => ({
        targets,
        ca: fromConfig(path, ca),
        at: file.at(['tls', 'trust', index]),
      }),
    ),
    pins: (written.tls?.pins ?? []) as string[],
    ignore: ((written.lint?.ignore ?? []) as Omit<IgnoreSetting, 'at'>[]).map((entry, index) => {
      const at = file.at(['lint', 'ignore', index]);
      if (entry.expires !== undefined) assertDay(entry.expires, file, ['lint', 'ignore', index, 'expires']);
      return { ...entry, at };
    }),
    expect: (written.expect ?? []).map((entry, index) => ({ ...entry, at: file.at(['expect', index]) })),
    notify: written.notify === undefined ? null : notify(written.notify, file),
    output: (written.output ?? []).map(({ format, file: name }) => ({ format, file: fromConfig(path, name) })),
  };
  return { path, config, at: file.at };
}

function optionsOf(section: Readonly<Record<string, unknown>>, structured: readonly string[]): OptionValues {
  return Object.fromEntries(
    Object.entries(section).filter(([name]) => !structured.includes(name)) as [string, OptionValue][],
  );
}

function notify(written: NonNullable<WrittenConfig['notify']>, file: YamlFile): NotifySetting {
  const at = file.at(['notify', 'url']);
  if (!URL.canParse(written.url)) throw new UsageError(`${at}: notify.url: expected an http or https URL`);
  const { url, format = 'json', on = 'new', 'secret-env': secretEnv } = written;
  return { url, format, on, ...(secretEnv === undefined ? {} : { secretEnv }), at };
}

/** @throws UsageError for 2027-02-30. */
function assertDay(text: string, file: YamlFile, path: readonly (string | number)[]): void {
  const time = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text)
    throw new UsageError(`${file.at(path)}: ${path.join('.')}: expected a date such as 2027-01-31, not '${text}'`);
}
