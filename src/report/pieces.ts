import type { Reporter } from './formats.ts';
import type { View } from './view.ts';

/** A reporter whose text is made bit by bit. */
export function inPieces(pieces: (view: View) => Iterable<string>): Reporter {
  return Object.assign((view: View) => [...pieces(view)].join(''), { pieces });
}
