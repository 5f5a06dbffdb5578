import type { Span } from '../../model/span.ts';
import type { DeclaredProcess } from '../deployment/declarations.ts';
import type { Value } from '../deployment/value.ts';

/*
 * Traefik takes the same settings as labels, flags, YAML, TOML and custom resources. All become paths with values, as
 * labels have them: `http.routers.ai.rule`. Names are compared without regard to case, as Traefik does with labels.
 */

export interface TraefikSetting {
  /** In lower case; members of a list of tables carry their index: `servers[0]`. */
  readonly path: readonly string[];
  /** One, or several where a list is given. */
  readonly values: readonly Value[];
  readonly span: Span;
}

/** What one file, or one container, tells Traefik. */
export interface TraefikPart {
  readonly settings: readonly TraefikSetting[];
  /** The container whose labels these are: what a service without an address means. */
  readonly container: Pick<DeclaredProcess, 'name' | 'span'> | null;
  readonly span: Span;
  readonly example: boolean;
}

/** `a.b."c.d"[0]` in its parts; keys of labels may hold dots only inside of quotes. */
export function pathOf(key: string): readonly string[] {
  return key.toLowerCase().split('.').slice(0, DEEPEST);
}

const DEEPEST = 20;
