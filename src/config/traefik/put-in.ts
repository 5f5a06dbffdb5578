import type { Span } from '../../model/span.ts';
import { known, type Value } from '../deployment/value.ts';
import { isCredential } from '../gates/put-in.ts';
import { type TraefikModel, values } from './model.ts';

const DEEPEST = 5;

/** `headers.customRequestHeaders.Authorization` of a middleware: Traefik sends it with every request. */
export function putsIn(references: readonly Value[], model: TraefikModel, depth = 0): Span | null {
  for (const reference of references) {
    const middleware = model.named(known(reference) ?? '', 'http', 'middlewares');
    if (!middleware || depth > DEEPEST) continue;
    const header = middleware.settings.find(
      ({ path: [kind, group, name = ''], values: [value] }) =>
        kind === 'headers' && group === 'customrequestheaders' && isCredential(name, value?.text ?? ''),
    );
    const found = header?.values[0]?.span ?? putsIn(values(middleware, 'chain', 'middlewares'), model, depth + 1);
    if (found) return found;
  }
  return null;
}
