import { OVERALL_STATES, type OverallState } from '../model/auth.ts';
import type { EndpointView, View } from './view.ts';

/** A service of the network and its doors by auth verdict. */
export interface Exposure {
  /** Null for doors that are worth a line and belong to no known service. */
  readonly service: { readonly id: string; readonly name: string } | null;
  readonly total: number;
  readonly doors: Readonly<Record<OverallState, readonly EndpointView[]>>;
}

/** Services by how much of them is open, then by name. */
export function exposureOf({ endpoints }: View): Exposure[] {
  const groups = new Map<string | null, EndpointView[]>();
  for (const item of endpoints) {
    if (!item.noteworthy) continue;
    const id = item.endpoint.service?.id ?? null;
    const group = groups.get(id);
    if (group) group.push(item);
    else groups.set(id, [item]);
  }
  return [...groups.values()].map(exposure).sort(byOpenness);
}

function exposure(items: readonly EndpointView[]): Exposure {
  const doors = Object.fromEntries(
    OVERALL_STATES.map((state) => [state, items.filter(({ endpoint }) => endpoint.auth.overall === state)]),
  ) as Record<OverallState, EndpointView[]>;
  const service = items[0]?.endpoint.service ?? null;
  return { service: service && { id: service.id, name: service.name }, total: items.length, doors };
}

function byOpenness(a: Exposure, b: Exposure): number {
  for (const state of OVERALL_STATES) {
    const order = b.doors[state].length - a.doors[state].length;
    if (order !== 0) return order;
  }
  return nameOf(a) < nameOf(b) ? -1 : 1;
}

function nameOf({ service }: Exposure): string {
  return service === null ? '\uffff' : `${service.name}\n${service.id}`;
}
