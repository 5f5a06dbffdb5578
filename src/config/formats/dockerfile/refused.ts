import { didYouMean, nearest } from '../../../model/nearest.ts';
import type { Span } from '../../../model/span.ts';
import type { SourceText } from '../../source/source-text.ts';
import type { ReadContext } from '../format.ts';
import type { Instruction } from './instructions.ts';

/** All there are (github.com/moby/buildkit, frontend/dockerfile/command/command.go). */
const KEYWORDS = new Set(
  `ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME
  WORKDIR`.split(/\s+/),
);

/** Another frontend reads the file, with instructions of its own; `docker/dockerfile` is the usual one. */
const OTHER_FRONTEND = /^(?:#[^\n]*\n)*?#[ \t]*syntax[ \t]*=[ \t]*(?!(?:docker\.io\/)?docker\/dockerfile)/i;

/** Lines of Jinja, Go and m4. */
const TEMPLATE = /^[ \t]*(?:\{[{%#]|include\()/m;

/** What is built without being told which file. */
const BY_NAME = /(^|\/)(Docker|Container)file$/;
const MOST = 5;

/** Lines that begin with no instruction: the build stops at the first of them. Nothing is said of templates. */
export function refused(
  all: readonly Instruction[],
  source: SourceText,
  { example, name }: ReadContext,
): readonly { readonly span: Span; readonly what: string }[] {
  const path = name ?? source.file;
  if (example || /\.(in|m4)$/.test(path) || OTHER_FRONTEND.test(source.text) || TEMPLATE.test(source.text)) return [];
  // `dockerfile_test.go` and `dockerfile-notes.md` hold one at most.
  const first = nearest(all[0]?.keyword ?? '', KEYWORDS);
  if (!BY_NAME.test(path) && first !== 'FROM' && first !== 'ARG') return [];
  return all
    .filter(({ keyword }) => !KEYWORDS.has(keyword))
    .slice(0, MOST)
    .map(({ word, keyword }) => ({
      span: word.value.span,
      what: `dockerfile: '${word.text.slice(0, 40)}' is no instruction${didYouMean(keyword, KEYWORDS)}`,
    }));
}
