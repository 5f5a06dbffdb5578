import type { Span } from '../../../model/span.ts';
import { CALLERS } from '../../gates/caller.ts';
import { isCredential } from '../../gates/put-in.ts';
import { type Place, rewrittenFor } from './gate.ts';
import { nearest } from './scope.ts';
import { expand } from './variables.ts';

/** `proxy_set_header Authorization "Bearer …"` for somebody who shows nothing. */
export function putsIn(place: Place): Span | null {
  const headers = ['proxy_set_header', 'grpc_set_header'].flatMap((name) => nearest(place.location, name));
  const stranger = CALLERS.find(({ shows }) => shows === 'nothing');
  const found = headers.find(({ args: [header, value] }) => {
    if (!header || !value || !stranger || !isCredential(header.text, value.text)) return false;
    const known = expand(value.text, rewrittenFor(place, stranger));
    return typeof known !== 'string' && isCredential(header.text, known.text);
  });
  return found?.span ?? null;
}
