import type { Declarations } from './declarations.ts';

/** Declarations while a reader collects them. */
export type Draft = { readonly [Part in keyof Declarations]: Declarations[Part][number][] };

export function draft(): Draft {
  return {
    variables: [],
    processes: [],
    publications: [],
    proxies: [],
    tls: [],
    clients: [],
    modes: [],
    credentials: [],
    settings: [],
    references: [],
    troubles: [],
  };
}

export function include(into: Draft, more: Declarations): void {
  into.variables.push(...more.variables);
  into.processes.push(...more.processes);
  into.publications.push(...more.publications);
  into.proxies.push(...more.proxies);
  into.tls.push(...more.tls);
  into.clients.push(...more.clients);
  into.modes.push(...more.modes);
  into.credentials.push(...more.credentials);
  into.settings.push(...more.settings);
  into.references.push(...more.references);
  into.troubles.push(...more.troubles);
}
