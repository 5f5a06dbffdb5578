import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Deployable } from '../model/deploy.ts';
import type { Predicate, Rule } from '../model/rule.ts';
import type { Service, Signature } from '../model/service.ts';
import { sha256 } from '../model/sha256.ts';
import { UsageError } from '../model/trouble.ts';
import { checkCatalogue } from './check.ts';
import { readDeployable } from './deploy-file.ts';
import { patternFault } from './linear-pattern.ts';
import { matchSchema, predicate, type WrittenMatch } from './predicate.ts';
import { readRule, type WrittenRule } from './rule-file.ts';
import { readService, type WrittenService } from './service-file.ts';
import { SettingError } from './setting-test.ts';
import { assertValid, parseYaml, type YamlFile } from './yaml-file.ts';

/** One file of a rules directory, path relative to it. */
export interface RuleFile {
  readonly path: string;
  readonly text: string;
}

/** Everything a catalogue holds except the compiled predicates. */
export interface CatalogueContent {
  /** Those that the prober can recognise. */
  readonly services: readonly Service[];
  /** Those that deployment files are read for; some of them no prober knows. */
  readonly deployables: readonly Deployable[];
  readonly rules: readonly Rule[];
  readonly proxies: readonly Signature[];
  readonly walls: readonly Signature[];
  readonly digest: string;
}

export interface LoadedFile<T> {
  readonly value: T;
  readonly file: YamlFile;
}

export interface LoadOptions {
  /** The schema files of `rules/schema/`, parsed, by name: `service`, `rule`, `predicate`, `signatures`. */
  readonly schemas: Readonly<Record<string, object>>;
  /** Files written by a user: GET and HEAD only. */
  readonly restricted: boolean;
  /** What the files add to. */
  readonly base?: CatalogueContent;
}

/**
 * Reads a rules directory: `services/*.yaml`, `<subject>/*.yaml`, `tables/proxies.yaml`, `tables/walls.yaml`.
 * @throws UsageError with file, line and column.
 */
export function loadCatalogue(files: readonly RuleFile[], options: LoadOptions): CatalogueContent {
  const validatorOf = schemaValidators(options.schemas);
  const services: LoadedFile<Service>[] = [];
  const deployables: LoadedFile<Deployable>[] = [];
  const rules: LoadedFile<Rule>[] = [];
  const signatures: Record<string, Signature[]> = { proxies: [], walls: [] };

  for (const { path, text } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const file = parseYaml(path, text);
    if (isPlainTable(file)) continue;
    const kind = kindOf(file);
    assertValid(file, validatorOf(kind));
    assertPatterns(file);
    if (kind === 'service') {
      const written = file.value as Partial<WrittenService>;
      const deployable = located(file, () => readDeployable(file.value as WrittenService));
      if (deployable) deployables.push({ file, value: deployable });
      if (written.identify)
        services.push({ file, value: located(file, () => readService(file.value as WrittenService)) });
    } else if (kind === 'rule') rules.push({ file, value: located(file, () => readRule(file.value as WrittenRule)) });
    else signatures[signatureTable(file)]?.push(...readSignatures(file));
  }

  const base = options.base;
  checkCatalogue(services, deployables, rules, options.restricted, base);
  return {
    services: [...(base?.services ?? []), ...services.map(({ value }) => value)].sort(byId),
    deployables: [...(base?.deployables ?? []), ...deployables.map(({ value }) => value)].sort(byId),
    rules: [...(base?.rules ?? []), ...rules.map(({ value }) => value)].sort(byId),
    proxies: [...(base?.proxies ?? []), ...(signatures.proxies ?? [])],
    walls: [...(base?.walls ?? []), ...(signatures.walls ?? [])],
    digest: sha256([base?.digest ?? '', ...files.map(({ path, text }) => `${path}\n${text}`).sort()].join('\n')),
  };
}

/** Every predicate in a catalogue or a part of it, each once. */
export function predicatesOf(content: object): Predicate[] {
  const found = new Map<string, Predicate>();
  const visit = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    const candidate = value as Partial<Predicate>;
    if (typeof candidate.key === 'string' && candidate.key.startsWith('p') && typeof candidate.schema === 'object') {
      found.set(candidate.key, candidate as Predicate);
      return;
    }
    for (const child of Object.values(value)) visit(child);
  };
  visit(content);
  return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

type FileKind = 'service' | 'rule' | 'signatures';

const engines = new WeakMap<object, Ajv2020>();

/** Compiles what is asked for, and that once: somebody's own rules are no reason to compile the schema of services. */
function schemaValidators(schemas: Readonly<Record<string, object>>): (kind: FileKind) => ValidateFunction {
  const ajv = engines.get(schemas) ?? schemaEngine(schemas);
  engines.set(schemas, ajv);
  return (kind) => {
    const validate = ajv.getSchema(`${kind}.schema.json`);
    if (!validate) throw new Error(`schema ${kind} is missing`);
    return validate;
  };
}

function schemaEngine(schemas: Readonly<Record<string, object>>): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allErrors: true,
    logger: false,
    validateFormats: false,
  });
  for (const schema of Object.values(schemas)) ajv.addSchema(schema);
  return ajv;
}

function kindOf(file: YamlFile): FileKind {
  const value = file.value;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new UsageError(`${file.path}:1:1: expected a mapping with the keys of a service or a rule`);
  }
  if ('signatures' in value) return 'signatures';
  if ('subject' in value) return 'rule';
  return 'service';
}

/** Tables of plain data are read by `tls-tables.ts`. */
function isPlainTable(file: YamlFile): boolean {
  return file.value !== null && typeof file.value === 'object' && 'table' in file.value;
}

function signatureTable(file: YamlFile): string {
  return (
    file.path
      .split('/')
      .at(-1)
      ?.replace(/\.ya?ml$/, '') ?? ''
  );
}

function readSignatures(file: YamlFile): Signature[] {
  const written = file.value as { signatures: { name: string; match: WrittenMatch }[] };
  return written.signatures.map(({ name, match }) => ({ name, match: predicate(matchSchema(match)) }));
}

function located<T>(file: YamlFile, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SettingError) {
      throw new UsageError(`${file.at(pathOf(file.value, error.written) ?? [])}: ${error.message}`);
    }
    if (error instanceof UsageError) throw new UsageError(`${file.at([])}: ${error.message}`);
    throw error;
  }
}

/** Where a text stands in a parsed file. */
function pathOf(value: unknown, text: string, path: readonly (string | number)[] = []): (string | number)[] | null {
  if (value === text) return [...path];
  if (value === null || typeof value !== 'object') return null;
  for (const [key, item] of Object.entries(value)) {
    const found = pathOf(item, text, [...path, Array.isArray(value) ? Number(key) : key]);
    if (found) return found;
  }
  return null;
}

const PATTERN_KEYS = new Set(['pattern', 'body', 'title']);

/** Bad patterns are reported where they stand, not when they are first run. */
function assertPatterns(file: YamlFile): void {
  const visit = (value: unknown, path: readonly (string | number)[]): void => {
    if (typeof value === 'string') {
      const parents = path.map(String);
      const inMatch =
        parents.includes('match') ||
        parents.includes('open') ||
        parents.includes('guarded') ||
        parents.includes('when');
      const isPattern = PATTERN_KEYS.has(parents.at(-1) ?? '') || parents.at(-2) === 'headers';
      if (!isPattern || !(inMatch || parents.at(-1) === 'pattern') || value === 'absent') return;
      const fault = patternFault(value);
      if (fault) throw new UsageError(`${file.at(path)}: ${parents.join('.')}: not an RE2 pattern: ${fault}`);
      return;
    }
    if (value === null || typeof value !== 'object') return;
    const isList = Array.isArray(value);
    for (const [key, item] of Object.entries(value)) visit(item, [...path, isList ? Number(key) : key]);
  };
  visit(file.value, []);
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
