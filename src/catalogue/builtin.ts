import type { Deployable } from '../model/deploy.ts';
import type { RuleBook } from '../model/rule.ts';
import type { Catalogue } from '../model/service.ts';
import type { Validator } from './compile.ts';
import type { CatalogueContent, RuleFile } from './load.ts';
import { type PackedDeployable, unpacked } from './packed-deployable.ts';

/*
 * The catalogue that ships with the program. It is made from rules/ by `npm run build` (see bin/build-catalogue.ts):
 * plain data, and the predicates as modules. It lies in parts, because most commands need only some of them, and what
 * is read and compiled at every start is most of what a start costs.
 */

type Part = 'rules' | 'services' | 'deployables' | 'schemas';
type Predicates = Readonly<Record<string, Validator>>;
type BuiltRules = Pick<CatalogueContent, 'rules' | 'digest'>;
type BuiltServices = Pick<CatalogueContent, 'services' | 'proxies' | 'walls'>;
type Schemas = Readonly<Record<string, object>>;

export interface UserRules {
  /** How errors name the directory. */
  readonly directory: string;
  readonly files: readonly RuleFile[];
}

/** The rules alone, without what only the prober needs. @throws UsageError when a user's rule file is not well formed. */
export async function openRuleBook(userRules: readonly UserRules[] = []): Promise<RuleBook> {
  if (userRules.length > 0) return openCatalogue(userRules);
  const [built, compiled] = await Promise.all([data<BuiltRules>('rules'), predicates('rules')]);
  return { ...built, matches: matcher((key) => compiled[key]) };
}

/** @throws UsageError when a user's rule file is not well formed. */
export async function openCatalogue(userRules: readonly UserRules[] = []): Promise<Catalogue> {
  const [built, ofRules, ofServices] = await Promise.all([wholeContent(), predicates('rules'), predicates('services')]);
  const compiled = (key: string): Validator | undefined => ofRules[key] ?? ofServices[key];
  if (userRules.length === 0) return { ...built, matches: matcher(compiled) };

  const [{ predicatesOf }, { compilePredicates }] = await Promise.all([import('./load.ts'), import('./compile.ts')]);
  const { deployables: _, ...content } = await withUserRules({ ...built, deployables: [] }, userRules);
  const extra = compilePredicates(predicatesOf(content).filter(({ key }) => !compiled(key)));
  return { ...content, matches: matcher((key) => compiled(key) ?? extra.get(key)) };
}

/**
 * What deployment files are read for; nothing of the prober's part is loaded, unless a user's files add to it.
 * @throws UsageError when a user's rule file is not well formed.
 */
export async function openDeployables(userRules: readonly UserRules[] = []): Promise<readonly Deployable[]> {
  const deployables = (await data<readonly PackedDeployable[]>('deployables')).map(unpacked);
  if (userRules.length === 0) return deployables;
  return (await withUserRules({ ...(await wholeContent()), deployables }, userRules)).deployables;
}

async function wholeContent(): Promise<Omit<CatalogueContent, 'deployables'>> {
  const [rules, services] = await Promise.all([data<BuiltRules>('rules'), data<BuiltServices>('services')]);
  return { ...services, ...rules };
}

/** Files given by `--rules` go the way of the built-in ones, restricted to GET and HEAD. */
async function withUserRules(base: CatalogueContent, userRules: readonly UserRules[]): Promise<CatalogueContent> {
  const [{ loadCatalogue }, schemas] = await Promise.all([import('./load.ts'), data<Schemas>('schemas')]);
  return userRules.reduce<CatalogueContent>((content, { directory, files }) => {
    const named = files.map(({ path, text }) => ({ path: `${directory}/${path}`, text }));
    return loadCatalogue(named, { schemas, restricted: true, base: content });
  }, base);
}

async function data<T>(part: Part): Promise<T> {
  const { href } = new URL(`../../dist/rules/${part}.json`, import.meta.url);
  return ((await import(href, { with: { type: 'json' } })) as { default: T }).default;
}

async function predicates(of: 'rules' | 'services'): Promise<Predicates> {
  const { href } = new URL(`../../dist/rules/${of}-predicates.js`, import.meta.url);
  return ((await import(href)) as { default: Predicates }).default;
}

function matcher(validator: (key: string) => Validator | undefined): RuleBook['matches'] {
  return (predicate, subject) => {
    const validate = validator(predicate.key);
    if (!validate) throw new Error(`predicate ${predicate.key} was not compiled`);
    return validate(subject);
  };
}
