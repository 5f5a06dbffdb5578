import type { Span } from '../../model/span.ts';
import type { SourceText } from '../source/source-text.ts';

export interface PrivateKey {
  /** Of its first line. */
  readonly span: Span;
  readonly encrypted: boolean;
}

/** RFC 7468 and its older kin: the label, then base64. A label without a body, or with dots in it, is documentation. */
const PEM =
  /-----BEGIN ((?:[A-Z0-9]+ )*)PRIVATE KEY(?: BLOCK)?-----(?:\\n|\s)+((?:[A-Za-z0-9-]+: [^\n]*\s+)*)((?:[A-Za-z0-9+/=]|\\n|\s){100,})/g;
/** The same, encoded once more, as a Kubernetes Secret has it. */
const ENCODED = /LS0tLS1CRUdJTi[A-Za-z0-9+/=]{100,}/g;

export function privateKeysIn(source: SourceText): readonly PrivateKey[] {
  const { text } = source;
  const found: PrivateKey[] = [];
  if (text.includes('PRIVATE KEY')) {
    for (const hit of text.matchAll(PEM)) {
      const end = text.indexOf('\n', hit.index);
      const span = source.span(hit.index, Math.min(end === -1 ? text.length : end, hit.index + 60));
      found.push({ span, encrypted: /ENCRYPTED/.test(`${hit[1]}${hit[2]}`) });
    }
  }
  if (text.includes('LS0tLS1CRUdJTi')) {
    for (const hit of text.matchAll(ENCODED)) {
      const label = Buffer.from(hit[0].slice(0, 120), 'base64').toString('latin1');
      if (!label.includes('PRIVATE KEY')) continue;
      found.push({ span: source.span(hit.index, hit.index + hit[0].length), encrypted: label.includes('ENCRYPTED') });
    }
  }
  return found;
}
