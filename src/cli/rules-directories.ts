import { openCatalogue, openRuleBook, type UserRules } from '../catalogue/builtin.ts';
import type { ConfigFile } from '../config-file/read-config.ts';
import { didYouMean } from '../model/nearest.ts';
import type { RuleBook } from '../model/rule.ts';
import type { Catalogue } from '../model/service.ts';
import { UsageError } from '../model/trouble.ts';
import type { Files } from '../system/ports.ts';

const MAX_RULE_FILE = 1_048_576;

/** The built-in catalogue, with the user's directories added and rules set as the configuration says. @throws UsageError */
export async function catalogueWith(
  directories: readonly string[],
  files: Files,
  configuration: ConfigFile | null = null,
): Promise<Catalogue> {
  return withSettings(await openCatalogue(await readDirectories(directories, files)), configuration);
}

/** Its rules alone, for commands that recognise no service by its answers. @throws UsageError */
export async function ruleBookWith(
  directories: readonly string[],
  files: Files,
  configuration: ConfigFile | null,
): Promise<RuleBook> {
  return withSettings(await openRuleBook(await readDirectories(directories, files)), configuration);
}

function withSettings<T extends RuleBook>(catalogue: T, configuration: ConfigFile | null): T {
  if (configuration === null) return catalogue;
  const { config, at } = configuration;
  const ids = catalogue.rules.map(({ id }) => id);
  const stranger = Object.keys(config.rules).find((id) => !ids.includes(id));
  if (stranger !== undefined)
    throw new UsageError(
      `${at(['rules', stranger])}: rules: no rule has the id '${stranger}'${didYouMean(stranger, ids)}`,
    );
  return { ...catalogue, settings: config.rules };
}

function readDirectories(directories: readonly string[], files: Files): Promise<UserRules[]> {
  return Promise.all(directories.map((directory) => readRules(directory, files)));
}

async function readRules(directory: string, files: Files): Promise<UserRules> {
  const names = await files.list(directory);
  if (names === null) throw new UsageError(`--rules ${directory}: not a readable directory`);
  const wanted = names.filter((name) => /\.ya?ml$/.test(name));
  if (wanted.length === 0) throw new UsageError(`--rules ${directory}: no .yaml file in it`);
  const read = await Promise.all(
    wanted.map(async (path) => {
      const file = await files.read(`${directory}/${path}`, MAX_RULE_FILE);
      if (file.status === 'failed') throw new UsageError(`${directory}/${path}: ${file.reason}`);
      return { path, text: file.text };
    }),
  );
  return { directory, files: read };
}
