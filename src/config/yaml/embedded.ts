import type { Variable } from '../deployment/declarations.ts';
import type { EmbeddedText } from '../formats/format.ts';
import type { SourceText } from '../source/source-text.ts';
import type { YamlNode, YamlScalar } from './node.ts';

/** A scalar that holds a text of another format. */
export function embeddedScalar(
  source: SourceText,
  scalar: YamlScalar,
  name: string | null,
  variables: readonly Variable[] = [],
): EmbeddedText {
  return { source, text: scalar.text, offsets: (inner) => scalar.offset(inner), name, variables };
}

/** A part of a document that is one of its own: what a task hands to a cluster. Its lines keep their depth. */
export function embeddedPart(source: SourceText, { span }: YamlNode, name: string | null): EmbeddedText {
  const start = source.text.lastIndexOf('\n', span.start - 1) + 1;
  const text = ' '.repeat(span.start - start) + source.text.slice(span.start, span.end);
  return { source, text, offsets: (inner) => start + inner, name, variables: [] };
}
