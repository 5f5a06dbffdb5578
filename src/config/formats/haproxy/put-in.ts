import type { Span } from '../../../model/span.ts';
import { CALLERS } from '../../gates/caller.ts';
import { isCredential } from '../../gates/put-in.ts';
import { type Acls, conditionHolds } from './conditions.ts';
import type { Ask } from './rules.ts';
import type { Section } from './syntax.ts';

/** `http-request set-header Authorization "Bearer …"` for callers who show nothing. */
export function putsIn({ lines }: Section, acls: Acls, ask: Ask): Span | null {
  const strangers = CALLERS.filter(({ shows }) => shows === 'nothing');
  const found = lines.find(({ name, args }) => {
    const [action, header, value] = args;
    if (name.text !== 'http-request' || !/^(set|add)-header$/.test(action?.text ?? '') || !header || !value)
      return false;
    // `%[…]` is taken from the request, all but the environment.
    if (/%\[(?!env\()/.test(value.text) || !isCredential(header.text, value.text)) return false;
    return strangers.some((caller) => conditionHolds(args, acls, ask(caller)) === true);
  });
  return found?.span ?? null;
}
