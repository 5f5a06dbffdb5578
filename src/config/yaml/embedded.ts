import type { Variable } from '../deployment/declarations.ts';
import type { EmbeddedText } from '../formats/format.ts';
import type { SourceText } from '../source/source-text.ts';
import type { YamlScalar } from './node.ts';

/** A scalar that holds a text of another format. */
export function embeddedScalar(
  source: SourceText,
  scalar: YamlScalar,
  name: string | null,
  variables: readonly Variable[] = [],
): EmbeddedText {
  return { source, text: scalar.text, offsets: (inner) => scalar.offset(inner), name, variables };
}
