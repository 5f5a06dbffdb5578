import type { OperationProbe, Service, VerifyKnowledge } from '../model/service.ts';
import type { VariantName } from '../model/variant.ts';
import { forbidden, neverEntry } from './never.ts';
import { plainForm, variantsOf } from './variants.ts';

/** The `verify:` section of a service file; every part may be left out. */
export interface WrittenVerify {
  readonly key?: { readonly header?: string; readonly scheme?: string | null };
  readonly query?: readonly string[];
  readonly variants?: readonly VariantName[];
  readonly beside?: readonly string[];
  readonly source?: string;
}

/** Every service may stand behind a proxy that compares paths as text, so these are always worth trying. */
const USUAL: readonly VariantName[] = [
  'query-key',
  'double-slash',
  'trailing-slash',
  'dot-segment',
  'encoded-slash',
  'upper-case',
];
/** What has no lock of its own is locked by a gate in front, which may choose by what the client says of itself. */
const OF_GATES: readonly VariantName[] = [
  'forwarded-for',
  'forwarded-path',
  'forwarded-host',
  'method-override',
  'foreign-host',
];
const USUAL_QUERY = ['api_key', 'key', 'token'];

export function readVerify(
  written: WrittenVerify | undefined,
  operations: readonly OperationProbe[],
  never: readonly string[],
  builtin: Service['auth']['builtin'],
): VerifyKnowledge {
  const { header = 'authorization', scheme = header === 'authorization' ? 'Bearer' : null } = written?.key ?? {};
  const query = written?.query ?? USUAL_QUERY;
  const names = new Set([...USUAL, ...(builtin === 'none' ? OF_GATES : []), ...(written?.variants ?? [])]);
  const doors = operations.flatMap(({ class: kind, request, side }) =>
    kind !== 'identity' && !side && request?.kind === 'read' && request.method === 'GET' && request.path !== '/'
      ? [request]
      : [],
  );
  const different = [...new Map(doors.map((request) => [request.key, request])).values()];
  const entries = never.map((entry) => neverEntry('', entry));
  const variants = different
    .flatMap((request) => variantsOf(request, [...names], query))
    .filter(({ request }) => forbidden(plainForm(request), entries) === null);
  return { header, scheme, query, variants, beside: written?.beside ?? [] };
}
