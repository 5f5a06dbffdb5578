import type { Span } from '../../model/span.ts';
import type { Declarations, DeclaredProcess } from './declarations.ts';

type Lists = { -readonly [Key in keyof Declarations]: Declarations[Key][number][] };

/** Gathers declarations while a file is read. */
export class Collector implements Lists {
  readonly processes: Lists['processes'] = [];
  readonly publications: Lists['publications'] = [];
  readonly proxies: Lists['proxies'] = [];
  readonly tls: Lists['tls'] = [];
  readonly clients: Lists['clients'] = [];
  readonly modes: Lists['modes'] = [];
  readonly credentials: Lists['credentials'] = [];
  readonly settings: Lists['settings'] = [];
  readonly references: Lists['references'] = [];
  readonly variables: Lists['variables'] = [];
  readonly traefik: Lists['traefik'] = [];
  readonly troubles: Lists['troubles'] = [];

  /** One list after the other; loops rather than spread arguments, which a file of 200,000 entries would overflow. */
  add(more: Declarations): void {
    for (const key of Object.keys(this) as (keyof Declarations)[]) {
      const list = this[key] as unknown[];
      for (const entry of more[key] ?? []) list.push(entry);
    }
  }

  trouble(span: Span, what: string): void {
    this.troubles.push({ span, what });
  }

  get declarations(): Declarations {
    return { ...this };
  }
}

/** A process of which nothing is known but where it stands; readers fill in what their file says. */
export function bareProcess(id: string, name: string, span: Span): DeclaredProcess {
  return {
    id,
    name,
    aliases: [],
    span,
    image: null,
    build: null,
    argv: null,
    args: null,
    environment: [],
    unseenEnvironment: [],
    network: { kind: 'host', span: null },
    mounts: [],
    listeners: [],
    optional: false,
    example: false,
    privileged: null,
    user: null,
  };
}
