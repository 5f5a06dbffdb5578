import type { Mount } from '../../deployment/declarations.ts';
import { written } from '../../deployment/value.ts';
import { baseName } from '../../source/paths.ts';
import { execForm, plainWords } from './docker-words.ts';
import type { Instruction } from './instructions.ts';

/** Files and folders of the build's context that an image gets, as if they were mounted; a whole context tells nothing. */
export function copiedFiles({ keyword, flags, body, later }: Instruction): readonly Mount[] {
  if (!/^(COPY|ADD)$/.test(keyword) || later || flags.some(({ name }) => name === 'from')) return [];
  const end = body.text.search(/(?<!\\)\r?\n/);
  const words = execForm(body) ?? plainWords(body.part(0, end === -1 ? body.text.length : end), () => undefined);
  const target = words.at(-1);
  const sources = words.slice(0, -1);
  if (!target) return [];
  return sources.flatMap((source): readonly Mount[] => {
    if (source.kind === 'unresolved' || /^<<|^\.?\/?$|[*?]|^[a-z+]+:\/\//i.test(source.text)) return [];
    const into = /\/$|^\.$/.test(target.text) || sources.length > 1;
    const folder = target.text.replace(/\/+$/, '');
    const path = into && /\.\w+$/.test(source.text) ? `${folder}/${baseName(source.text)}` : folder;
    return [{ source, target: written(path, target.span), readOnly: true, span: source.span }];
  });
}
