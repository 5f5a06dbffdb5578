import type { Span } from '../../../model/span.ts';
import { entries, get, items, scalar, type YamlNode } from '../../yaml/node.ts';
import type { Token } from '../caddyfile/lexer.ts';
import type { Segment } from '../caddyfile/syntax.ts';
import { line, word, words } from './words.ts';

/** A matcher set under a name of its own, and the word that asks for it. */
export interface NamedSet {
  readonly definition: Segment;
  readonly reference: Token;
}

/** The sets of a route: any of them is enough, and within one all must hold. Null: every request matches. */
export function matcherSets(match: YamlNode | undefined, prefix: string): readonly NamedSet[] | null {
  const sets = items(match).map((set) => ({ parts: partsOf(set), span: set.span }));
  if (sets.length === 0 || sets.some(({ parts }) => parts.length === 0)) return null;
  return sets.map(({ parts, span }, index) => {
    const name = `@${prefix}-${index}`;
    return {
      definition: line(name, span, [], parts),
      reference: { ...word({ text: name, span }), quoted: false },
    };
  });
}

function partsOf(set: YamlNode): readonly Segment[] {
  return entries(set).flatMap(({ key, keySpan, value }): readonly Segment[] => {
    switch (key) {
      case 'header':
        return entries(value).map((field) => line(key, field.keySpan, header(field)));
      case 'header_regexp':
        return entries(value).map((field) =>
          line(key, field.keySpan, [named(field.key, field.keySpan), ...words(get(field.value, 'pattern'))]),
        );
      case 'path_regexp':
        return [line(key, keySpan, words(get(value, 'pattern')))];
      case 'query':
        return entries(value).map((field) =>
          line(
            key,
            field.keySpan,
            words(field.value).map((one) => ({ ...one, text: `${field.key}=${one.text}` })),
          ),
        );
      case 'remote_ip':
      case 'client_ip':
        return [line(key, keySpan, words(get(value, 'ranges')))];
      case 'not':
        return items(value).map((inner) => line(key, keySpan, [], partsOf(inner)));
      default:
        return [line(key, keySpan, words(value))];
    }
  });
}

/** Null asks that a field is not there, an empty list that it is (modules/caddyhttp/matchers.go, MatchHeader). */
function header(field: { key: string; keySpan: Span; value: YamlNode }): readonly Token[] {
  const absent = field.value.kind === 'scalar' && !scalar(field.value);
  return [named(absent ? `!${field.key}` : field.key, field.keySpan), ...words(field.value)];
}

function named(text: string, span: Span): Token {
  return word({ text, span });
}
