import type { Span } from '../../../model/span.ts';
import { isCredential } from '../../gates/put-in.ts';
import type { Segment } from './syntax.ts';

/** `header_up Authorization "Bearer …"` of a `reverse_proxy`, or `request_header` before it, the same for every caller. */
export function putsIn(proxy: Segment, before: readonly Segment[]): Span | null {
  const own = (proxy.block ?? []).filter(({ name }) => name.text === 'header_up');
  const found = [...own, ...before].find(({ args: [field, value, replacement] }) => {
    if (!field || !value || replacement) return false;
    // What a request says of itself is the caller's; the environment and files are not.
    if (/\{(?!\$|env\.|file\.)/.test(value.text)) return false;
    return isCredential(field.text.replace(/^[+?>]/, ''), value.text);
  });
  return found?.span ?? null;
}
