import { groupBy } from '../../model/group-by.ts';
import type { Span } from '../../model/span.ts';
import type { Value } from '../deployment/value.ts';
import { known } from '../deployment/value.ts';
import type { TraefikPart, TraefikSetting } from './setting.ts';

/** Settings below one name: of a router, a service, a middleware. */
export interface Named {
  readonly name: string;
  readonly part: TraefikPart;
  readonly settings: readonly TraefikSetting[];
  readonly span: Span;
}

/** All that is told to one Traefik, by kind and name. */
export class TraefikModel {
  readonly #parts: readonly TraefikPart[];
  readonly #known = new Map<string, readonly Named[]>();
  readonly #byName = new Map<string, ReadonlyMap<string, Named>>();
  #services: ReadonlyMap<TraefikPart, readonly Named[]> | null = null;
  #singles: ReadonlyMap<string, TraefikSetting> | null = null;

  constructor(parts: readonly TraefikPart[]) {
    this.#parts = parts;
  }

  /** `all('http', 'routers')`, `all('entrypoints')`. */
  all(...prefix: readonly string[]): readonly Named[] {
    const key = prefix.join('.');
    const known = this.#known.get(key) ?? this.#collect(prefix);
    this.#known.set(key, known);
    return known;
  }

  #collect(prefix: readonly string[]): readonly Named[] {
    const found = new Map<string, { name: string; part: TraefikPart; settings: TraefikSetting[]; span: Span }>();
    for (const part of this.#parts) {
      for (const { path, values, span } of part.settings) {
        const name = path[prefix.length];
        if (name === undefined || prefix.some((step, index) => path[index] !== step)) continue;
        const key = `${name}\n${part.container?.name ?? ''}`;
        const one = found.get(key) ?? { name, part, settings: [], span };
        one.settings.push({ path: path.slice(prefix.length + 1), values, span });
        found.set(key, one);
      }
    }
    return [...found.values()];
  }

  /** Services that one file, or one container, tells of. */
  servicesOf(part: TraefikPart): readonly Named[] {
    this.#services ??= groupBy(this.all('http', 'services'), (service) => service.part);
    return this.#services.get(part) ?? [];
  }

  /** Containers that are switched on and name no router: Traefik makes one, for the container's name. */
  unrouted(): readonly Named[] {
    return this.#parts.flatMap((part) => {
      const { container, settings, span } = part;
      const on = settings.some(({ path, values: [value] }) => path.join('.') === 'enable' && isTrue(value));
      const routed = settings.some(({ path }) => path[1] === 'routers');
      return container && on && !routed ? [{ name: container.name, part, settings: [], span }] : [];
    });
  }

  named(name: string, ...prefix: readonly string[]): Named | undefined {
    const key = prefix.join('.');
    // The first of a name counts.
    const index =
      this.#byName.get(key) ??
      new Map(
        this.all(...prefix)
          .toReversed()
          .map((one) => [one.name, one]),
      );
    this.#byName.set(key, index);
    return index.get(withoutProvider(name));
  }

  /** A setting that stands by itself: `api.insecure`. */
  single(...path: readonly string[]): TraefikSetting | undefined {
    this.#singles ??= new Map(this.#parts.flatMap(({ settings }) => settings.map((one) => [one.path.join('.'), one])));
    return this.#singles.get(path.join('.'));
  }
}

/** `auth@file` is `auth`. */
export function withoutProvider(name: string): string {
  return name.toLowerCase().replace(/@.*$/, '');
}

export function find({ settings }: Named, ...path: readonly string[]): TraefikSetting | undefined {
  const wanted = path.join('.');
  return settings.findLast((one) => one.path.join('.') === wanted);
}

export function values(named: Named, ...path: readonly string[]): readonly Value[] {
  return find(named, ...path)?.values ?? [];
}

export function first(named: Named, ...path: readonly string[]): Value | undefined {
  return values(named, ...path)[0];
}

export function has({ settings }: Named, ...prefix: readonly string[]): boolean {
  return settings.some(({ path }) => prefix.every((step, index) => path[index] === step));
}

export function isTrue(value: Value | undefined): boolean {
  return known(value)?.toLowerCase() === 'true';
}
