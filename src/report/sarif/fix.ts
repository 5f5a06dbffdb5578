import type { Fix } from 'sarif';
import type { Edit } from '../../model/edit.ts';
import { artifactUri } from '../artifact.ts';
import { message } from './text.ts';

/**
 * A change that a tool can make (SARIF 2.1.0 §3.55). Each is one by itself: a viewer offers them one by one. Offsets count
 * UTF-16 code units, which differ from characters only behind what lies outside the basic plane.
 */
export function sarifFix({ span, insert, safety, title }: Edit): Fix {
  const uri = artifactUri({ kind: 'file', file: span.file });
  return {
    description: message(title),
    artifactChanges: [
      {
        artifactLocation: { uri, ...(uri.startsWith('file:') ? {} : { uriBaseId: '%SRCROOT%' }) },
        replacements: [
          {
            deletedRegion: { charOffset: span.start, charLength: span.end - span.start },
            insertedContent: { text: insert },
          },
        ],
      },
    ],
    properties: { safety },
  };
}
