import type { DeclaredRequest } from '../model/exchange.ts';
import type { Rule } from '../model/rule.ts';
import type { Service } from '../model/service.ts';
import { UsageError } from '../model/trouble.ts';
import type { CatalogueContent, LoadedFile } from './load.ts';
import { forbidden, type NeverEntry, neverEntry } from './never.ts';
import { operationOf } from './request.ts';

/*
 * What no schema can say: names agree with files, references point at something,
 * and nothing that can be sent stands on a never-list.
 */

/** Every request a service file can cause, with where it is used. */
export function requestsOf(
  service: Service,
): { readonly use: 'identify' | 'operate' | 'protocol'; readonly request: DeclaredRequest }[] {
  const signs = service.identify.flatMap((identifier) => identifier.signs);
  const identify = [...signs, ...service.protocol.flatMap((probe) => probe.after)];
  const operate = [...service.operations, ...service.conditions, ...service.version];
  const variants = [service.cors, service.hostCheck].flatMap((variant) => (variant ? [variant] : []));
  const list = (use: 'identify' | 'operate', entries: readonly { readonly request: DeclaredRequest | null }[]) =>
    entries.flatMap(({ request }) => (request && request.kind !== 'protocol' ? [{ use, request }] : []));
  return [
    ...list('identify', identify),
    ...list('operate', [...operate, ...variants]),
    ...service.protocol.flatMap((probe) =>
      [probe.request, ...(probe.cleanup ? [probe.cleanup.request] : [])].map((request) => ({
        use: 'protocol' as const,
        request,
      })),
    ),
  ];
}

/** The union of all never-lists. */
export function neverEntries(services: readonly Service[]): NeverEntry[] {
  return services.flatMap((service) => service.never.map((entry) => neverEntry(service.id, entry)));
}

/** @throws UsageError with file, line and column. */
export function checkCatalogue(
  services: readonly LoadedFile<Service>[],
  rules: readonly LoadedFile<Rule>[],
  restricted: boolean,
  base: CatalogueContent | undefined,
): void {
  const ids = new Set((base?.services ?? []).map(({ id }) => id));
  for (const { file, value } of services) claim(ids, value.id, file.path, () => file.at(['id']));
  const ruleIds = new Set((base?.rules ?? []).map(({ id }) => id));
  for (const { file, value } of rules) claim(ruleIds, value.id, file.path, () => file.at(['id']));

  const never = neverEntries([...(base?.services ?? []), ...services.map(({ value }) => value)]);
  for (const { file, value } of services) {
    const stranger = value.losesTo.find((id) => !ids.has(id) || id === value.id);
    if (stranger) throw new UsageError(`${file.at(['loses-to'])}: loses-to: no other service has the id '${stranger}'`);

    for (const { use, request } of requestsOf(value)) {
      if (restricted && (request.kind !== 'read' || (request.method !== 'GET' && request.method !== 'HEAD'))) {
        throw new UsageError(
          `${file.at([])}: ${operationOf(request)}: files given by --rules may send GET and HEAD only`,
        );
      }
      // Before a service is known every never-list counts; afterwards, or after its own sign was seen, its own does.
      const counted = use === 'identify' ? never : never.filter((entry) => entry.service === value.id);
      const entry = forbidden(request, counted);
      if (entry)
        throw new UsageError(
          `${file.at([])}: ${operationOf(request)} is on the never-list of ${entry.service} (${entry.entry})`,
        );
    }
  }
}

function claim(ids: Set<string>, id: string, path: string, at: () => string): void {
  const name = path
    .split('/')
    .at(-1)
    ?.replace(/\.ya?ml$/, '');
  if (name !== id) throw new UsageError(`${at()}: id: '${id}' must equal the file name '${name}'`);
  if (ids.has(id)) throw new UsageError(`${at()}: id: '${id}' is already taken`);
  ids.add(id);
}
