import type { Deployable } from '../model/deploy.ts';
import type { Catalogue } from '../model/service.ts';
import type { Validator } from './compile.ts';
import type { CatalogueContent, RuleFile } from './load.ts';

/*
 * The catalogue that ships with the program. It is made from rules/ by `npm run build`
 * (see bin/build-catalogue.js): plain data, and the predicates as a module.
 */

const CONTENT = new URL('../../dist/rules/catalogue.json', import.meta.url);
const DEPLOYABLES = new URL('../../dist/rules/deployables.json', import.meta.url);
const PREDICATES = new URL('../../dist/rules/predicates.js', import.meta.url);

/** Written by the build beside the data. */
export interface BuiltCatalogue extends Omit<CatalogueContent, 'deployables'> {
  readonly schemas: Readonly<Record<string, object>>;
}

export interface UserRules {
  /** How errors name the directory. */
  readonly directory: string;
  readonly files: readonly RuleFile[];
}

/** @throws UsageError when a user's rule file is not well formed. */
export async function openCatalogue(userRules: readonly UserRules[] = []): Promise<Catalogue> {
  const { default: built } = (await import(CONTENT.href, { with: { type: 'json' } })) as { default: BuiltCatalogue };
  const module = (await import(PREDICATES.href)) as Readonly<Record<string, Validator>>;
  // Looking a name up in a module is many times as dear.
  const compiled = new Map(Object.entries(module));
  if (userRules.length === 0) return catalogueOf(built, (key) => compiled.get(key));

  const [{ predicatesOf }, { compilePredicates }] = await Promise.all([import('./load.ts'), import('./compile.ts')]);
  const content = await withUserRules({ ...built, deployables: [] }, built.schemas, userRules);
  const extra = compilePredicates(predicatesOf(content).filter(({ key }) => !compiled.has(key)));
  return catalogueOf(content, (key) => compiled.get(key) ?? extra.get(key));
}

/**
 * What deployment files are read for; nothing of the prober's part is loaded, unless a user's files add to it.
 * @throws UsageError when a user's rule file is not well formed.
 */
export async function openDeployables(userRules: readonly UserRules[] = []): Promise<readonly Deployable[]> {
  const { default: deployables } = (await import(DEPLOYABLES.href, { with: { type: 'json' } })) as {
    default: Deployable[];
  };
  if (userRules.length === 0) return deployables;
  const { default: built } = (await import(CONTENT.href, { with: { type: 'json' } })) as { default: BuiltCatalogue };
  return (await withUserRules({ ...built, deployables }, built.schemas, userRules)).deployables;
}

/** Files given by `--rules` go the way of the built-in ones, restricted to GET and HEAD. */
async function withUserRules(
  base: CatalogueContent,
  schemas: BuiltCatalogue['schemas'],
  userRules: readonly UserRules[],
): Promise<CatalogueContent> {
  const { loadCatalogue } = await import('./load.ts');
  return userRules.reduce<CatalogueContent>((content, { directory, files }) => {
    const named = files.map(({ path, text }) => ({ path: `${directory}/${path}`, text }));
    return loadCatalogue(named, { schemas, restricted: true, base: content });
  }, base);
}

/** A catalogue over content whose predicates are found by `validator`. */
export function catalogueOf(
  content: Omit<CatalogueContent, 'deployables'>,
  validator: (key: string) => Validator | undefined,
): Catalogue {
  return {
    services: content.services,
    rules: content.rules,
    proxies: content.proxies,
    walls: content.walls,
    digest: content.digest,
    matches(predicate, subject) {
      const validate = validator(predicate.key);
      if (!validate) throw new Error(`predicate ${predicate.key} was not compiled`);
      return validate(subject);
    },
  };
}
