import type { Span } from '../../../model/span.ts';
import { oneOrMore, scalar, type YamlNode, type YamlScalar } from '../../yaml/node.ts';
import type { Token } from '../caddyfile/lexer.ts';
import type { Segment } from '../caddyfile/syntax.ts';

/*
 * Caddy turns its Caddyfile into JSON before it runs it; here JSON becomes what the Caddyfile would have said, so that one
 * place knows what it means.
 */

/** A word that is nothing but its text: neither a path nor the name of a matcher. */
export function word({ text, span }: Pick<YamlScalar, 'text' | 'span'>): Token {
  return { text, span, quoted: true, line: 0, via: [], byDefault: false, unknown: null };
}

export function words(node: YamlNode | null | undefined): readonly Token[] {
  return oneOrMore(node).flatMap((one) => {
    const found = scalar(one);
    return found ? [word(found)] : [];
  });
}

export function line(
  name: string,
  span: Span,
  args: readonly Token[] = [],
  block: readonly Segment[] | null = null,
): Segment {
  return { name: { ...word({ text: name, span }), quoted: false }, args, block, span };
}
