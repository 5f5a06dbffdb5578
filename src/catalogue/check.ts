import type { Deployable } from '../model/deploy.ts';
import type { DeclaredRequest } from '../model/exchange.ts';
import { onceFor } from '../model/once-for.ts';
import type { Rule } from '../model/rule.ts';
import type { Service } from '../model/service.ts';
import { UsageError } from '../model/trouble.ts';
import type { CatalogueContent, LoadedFile } from './load.ts';
import { forbidden, type NeverEntry, neverEntry } from './never.ts';
import { operationOf } from './request.ts';
import { plainForm } from './variants.ts';

/*
 * What no schema can say: names agree with files, references point at something,
 * and nothing that can be sent stands on a never-list.
 */

/** Every request a service file can cause, the foreign-Origin and foreign-Host variants aside. */
export function requestsOf(service: Service): DeclaredRequest[] {
  const signs = service.identify.flatMap((identifier) => identifier.signs);
  const asked = [...signs, ...service.operations, ...service.conditions, ...service.version];
  const variants = [service.cors, service.hostCheck].flatMap((variant) => (variant ? [variant.request] : []));
  const protocol = service.protocol.flatMap(({ request, after, cleanup }) => [
    request,
    ...after.flatMap((sign) => sign.request ?? []),
    ...(cleanup ? [cleanup.request] : []),
  ]);
  const all = [...asked.flatMap(({ request }) => request ?? []), ...variants, ...protocol];
  return [...new Map(all.map((request) => [request.key, request])).values()];
}

/** What a service is asked first, to find it or to rule it out: the requests of its first identifier. */
export const firstLeads = onceFor((service: Service): readonly DeclaredRequest[] => {
  const signs = service.identify[0]?.signs ?? [];
  return signs.flatMap(({ request }) => (request?.kind === 'read' ? [request] : []));
});

/** The union of all never-lists. */
export function neverEntries(services: readonly Service[]): NeverEntry[] {
  return services.flatMap((service) => service.never.map((entry) => neverEntry(service.id, entry)));
}

/** @throws UsageError with file, line and column. */
export function checkCatalogue(
  services: readonly LoadedFile<Service>[],
  deployables: readonly LoadedFile<Deployable>[],
  rules: readonly LoadedFile<Rule>[],
  restricted: boolean,
  base: CatalogueContent | undefined,
): void {
  const ids = new Set([...(base?.services ?? []), ...(base?.deployables ?? [])].map(({ id }) => id));
  const files = new Map([...services, ...deployables].map(({ file, value: { id } }) => [file, id]));
  for (const [file, id] of files) claim(ids, id, file.path, () => file.at(['id']));
  const ruleIds = new Set((base?.rules ?? []).map(({ id }) => id));
  for (const { file, value } of rules) claim(ruleIds, value.id, file.path, () => file.at(['id']));

  const never = neverEntries([...(base?.services ?? []), ...services.map(({ value }) => value)]);
  const needed = services.flatMap(({ value }) =>
    value.identify.flatMap(({ signs }) => signs.flatMap(({ request }) => request ?? [])),
  );
  const probed = new Set([...(base?.services ?? []), ...services.map(({ value }) => value)].map(({ id }) => id));
  for (const { file, value } of services) {
    const stranger = value.losesTo.find((id) => !probed.has(id) || id === value.id);
    if (stranger) throw new UsageError(`${file.at(['loses-to'])}: loses-to: no other service has the id '${stranger}'`);

    const nobody = value.verify.beside.find((id) => !ids.has(id) || id === value.id);
    if (nobody) throw new UsageError(`${file.at(['verify'])}: beside: no other service has the id '${nobody}'`);

    for (const request of requestsOf(value)) {
      const unsafe = request.kind !== 'read' || (request.method !== 'GET' && request.method !== 'HEAD');
      if (restricted && unsafe) {
        throw new UsageError(
          `${file.at([])}: ${operationOf(request)}: files given by --rules may send GET and HEAD only`,
        );
      }
      // Lists of other services hold at run time, until those are ruled out for the endpoint.
      const own = never.filter(({ service }) => service === value.id);
      refuse(file.at([]), request, restricted ? never : own);
    }
    for (const { request } of value.verify.variants) {
      const lists = never.filter(({ service }) => restricted || service === value.id);
      refuse(file.at([]), plainForm(request), lists);
    }
    // Ruling out must not wait for ruling out: whoever forbids what others need is asked first itself.
    const awaited = value.never.some((entry) => needed.some((request) => neverEntry(value.id, entry).matches(request)));
    if (awaited) for (const lead of firstLeads(value)) refuse(file.at([]), lead, never);
  }
}

/** @throws UsageError when one of the entries forbids the request. */
function refuse(at: string, request: DeclaredRequest, entries: readonly NeverEntry[]): void {
  const entry = forbidden(request, entries);
  if (!entry) return;
  throw new UsageError(`${at}: ${operationOf(request)} is on the never-list of ${entry.service} (${entry.entry})`);
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
