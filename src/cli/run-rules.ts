import { neverEntries } from '../catalogue/check.ts';
import { requestLine, requestListing } from '../catalogue/requests.ts';
import type { Deployable } from '../model/deploy.ts';
import { nearest } from '../model/nearest.ts';
import type { Rule } from '../model/rule.ts';
import type { Catalogue, Service } from '../model/service.ts';
import { UsageError } from '../model/trouble.ts';
import type { System } from '../system/ports.ts';
import type { CommandContext } from './context.ts';
import { deployableSections } from './deployable-text.ts';
import { catalogueWith, deployablesWith } from './rules-directories.ts';

interface RulesOptions {
  readonly ids: readonly string[];
  readonly rules: readonly string[];
  readonly json: boolean;
}

/** @throws UsageError */
export async function runRules(
  action: 'list' | 'show' | 'validate' | 'requests',
  options: RulesOptions,
  { system }: CommandContext,
): Promise<void> {
  const { ids, rules, json } = options;
  const directories = action === 'validate' ? [...rules, ...ids] : rules;
  const book = await openBook(directories, system.files);
  const { catalogue } = book;
  const print = (value: unknown, text: string): Promise<void> =>
    system.terminal.out(json ? `${JSON.stringify(value, null, 2)}\n` : `${text}\n`);
  switch (action) {
    case 'list':
      if (ids.length > 0) throw new UsageError(`rules list: takes no ids; did you mean 'rules show ${ids[0]}'?`);
      return print(listed(book), listText(book));
    case 'show': {
      if (ids.length === 0) throw new UsageError('rules show: name a rule or a service, see `postern rules list`');
      const found = ids.map((id) => lookUp(book, id));
      return print(found, found.map((item) => textOf(item, book)).join('\n\n'));
    }
    case 'validate':
      return print(
        { services: catalogue.services.length, rules: catalogue.rules.length, directories },
        `${catalogue.services.length} services and ${catalogue.rules.length} rules are valid${directories.length > 0 ? `, with ${directories.join(', ')}` : ''}.`,
      );
    case 'requests':
      return printRequests(catalogue, ids, print);
  }
}

/** @throws UsageError */
export async function runExplain(
  id: string,
  directories: readonly string[],
  { system }: CommandContext,
): Promise<void> {
  const book = await openBook(directories, system.files);
  await system.terminal.out(`${textOf(lookUp(book, id), book)}\n`);
}

/** The catalogue, and what files alone are read for. */
interface Book {
  readonly catalogue: Catalogue;
  readonly deployables: readonly Deployable[];
}

type Item = Rule | Service | Deployable;

async function openBook(directories: readonly string[], files: System['files']): Promise<Book> {
  const [catalogue, deployables] = await Promise.all([
    catalogueWith(directories, files),
    deployablesWith(directories, files),
  ]);
  return { catalogue, deployables };
}

function lookUp({ catalogue, deployables }: Book, id: string): Item {
  const items: readonly Item[] = [...catalogue.rules, ...catalogue.services, ...deployables];
  const found = items.find((item) => item.id === id);
  if (found) return found;
  const ids = [...new Set(items.map((item) => item.id))];
  const alike = ids.filter((known) => known.includes(id) || id.includes(known));
  const near = alike.length > 0 ? alike : [nearest(id, ids)].filter((known) => known !== null);
  throw new UsageError(
    `${id}: no rule or service has this id${near.length > 0 ? `; did you mean ${near.join(', ')}?` : ', see `postern rules list`'}`,
  );
}

function textOf(item: Item, { catalogue, deployables }: Book): string {
  if ('subject' in item) return ruleText(item);
  const known = deployables.find(({ id }) => id === item.id);
  const inFiles = known ? deployableSections(known) : [];
  return 'identify' in item ? serviceText(item, catalogue, inFiles) : fileServiceText(item, inFiles);
}

function listed({ catalogue, deployables }: Book) {
  return {
    rules: catalogue.rules.map(({ id, subject, severity, title }) => ({ id, subject, severity, title })),
    services: catalogue.services.map(({ id, name, kind, ports }) => ({
      id,
      name,
      kind,
      ports: ports.map(({ port }) => port),
    })),
    // No prober looks for these.
    fileServices: deployables
      .filter(({ id }) => !catalogue.services.some((service) => service.id === id))
      .map(({ id, name, kind }) => ({ id, name, kind })),
  };
}

function listText(book: Book): string {
  const { rules, services, fileServices } = listed(book);
  const width = Math.max(...[...rules, ...services, ...fileServices].map(({ id }) => id.length)) + 2;
  return [
    `Rules (${rules.length})`,
    ...rules.map(({ id, severity, title }) => `  ${id.padEnd(width)}${severity.padEnd(10)}${title}`),
    '',
    `Services (${services.length})`,
    ...services.map(
      ({ id, name, ports }) => `  ${id.padEnd(width)}${name}${ports.length > 0 ? `, port ${ports.join(', ')}` : ''}`,
    ),
    '',
    `Services that are known in files only (${fileServices.length})`,
    ...fileServices.map(({ id, name }) => `  ${id.padEnd(width)}${name}`),
  ].join('\n');
}

function ruleText(rule: Rule): string {
  return [
    `${rule.id}: ${rule.title}`,
    `Severity ${rule.severity}, confidence ${rule.confidence}${rule.cwe.length > 0 ? `, ${rule.cwe.map((cwe) => `CWE-${cwe}`).join(', ')}` : ''}`,
    '',
    rule.why,
    '',
    `What to do: ${rule.fix}`,
    '',
    `Needs to know: ${rule.needs.join(', ')}`,
    ...rule.references.map((reference) => `See ${reference}`),
  ].join('\n');
}

type Sections = ReturnType<typeof deployableSections>;

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function advice(fix: Readonly<Record<string, string>>): string[] {
  return section(
    'What to do',
    Object.entries(fix).map(([means, text]) => `${means}: ${text.trim()}`),
  );
}

function fileServiceText({ id, name, kind, summary, fix }: Deployable, inFiles: Sections): string {
  return [
    `${id}: ${name} (${kind})`,
    summary,
    'Known in files only: no prober looks for it.',
    ...inFiles.flatMap(([title, lines]) => section(title, lines)),
    ...advice(fix),
  ].join('\n');
}

function serviceText(service: Service, catalogue: Catalogue, inFiles: Sections): string {
  const requests = requestListing(catalogue).filter((listing) => listing.service === service.id);
  return [
    `${service.id}: ${service.name} (${service.kind})`,
    service.summary,
    `Ports ${service.ports.map(({ port, role }) => `${port} (${role})`).join(', ') || 'vary'}; authentication of its own: ${service.auth.builtin}`,
    ...section('Requests that may be sent', requests.map(requestLine)),
    ...section(
      'Never sent',
      neverEntries([service]).map(({ entry }) => entry),
    ),
    ...section(
      'What opens it, and is not asked for',
      service.silent.map(({ operation, reveals }) => `${operation}${reveals ? `: ${reveals}` : ''}`),
    ),
    ...section(
      'Advisories',
      service.advisories.map(({ id, title, affected }) => `${id} (${affected}): ${title}`),
    ),
    ...inFiles.flatMap(([title, lines]) => section(title, lines)),
    ...advice(service.fix),
    ...section('Notes', service.auth.notes),
    ...section('Sources', service.sources),
  ].join('\n');
}

function printRequests(
  catalogue: Catalogue,
  ids: readonly string[],
  print: (value: unknown, text: string) => Promise<void>,
): Promise<void> {
  const stranger = ids.find((id) => !catalogue.services.some((service) => service.id === id));
  if (stranger) throw new UsageError(`rules requests ${stranger}: no service has this id, see \`postern rules list\``);
  const listings = requestListing(catalogue).filter(
    ({ service }) => ids.length === 0 || service === 'any' || ids.includes(service),
  );
  const groups = new Map<string, string[]>();
  for (const listing of listings)
    groups.set(listing.service, [
      ...(groups.get(listing.service) ?? []),
      `  ${listing.kind.padEnd(9)}${requestLine(listing)}`,
    ]);
  return print(listings, [...groups].map(([service, lines]) => [service, ...lines].join('\n')).join('\n'));
}
