import type { Piece } from '../../source/expanded-text.ts';
import { ExpandedText } from '../../source/expanded-text.ts';
import type { YamlScalar } from '../../yaml/node.ts';

/** A scalar as Ansible takes it: what stands in `{{ }}` is not known here, and what stands around it is. */
export function templated(node: YamlScalar): ExpandedText {
  const pieces: Piece[] = [];
  const add = (from: number, to: number, opaque: boolean): void => {
    if (from === to) return;
    const text = node.text.slice(from, to);
    const span = { file: node.span.file, start: node.offset(from), end: node.offset(to) };
    pieces.push({
      text,
      span,
      verbatim: span.end - span.start === text.length,
      kind: opaque ? 'unresolved' : 'explicit',
      via: [],
      why: opaque ? 'a template fills it in' : '',
    });
  };
  let at = 0;
  for (const { index, 0: hole } of node.text.matchAll(/\{\{[^{}]*\}\}|\{%[^%]*%\}/g)) {
    add(at, index, false);
    add(index, index + hole.length, true);
    at = index + hole.length;
  }
  add(at, node.text.length, false);
  return pieces.length > 0 ? new ExpandedText(pieces, node.span) : ExpandedText.written('', node.span);
}
