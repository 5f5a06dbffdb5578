import { programOf } from '../../command/launchers.ts';
import type { FileReference } from '../../deployment/declarations.ts';
import type { ExpandedText } from '../../source/expanded-text.ts';
import type { Command } from './lines.ts';

const COPIES = /^(copy|copy-item|cpi?|xcopy|move|move-item|mv|mi|ren|rename)$/i;

/** Variables that are copied to where they count: `if not exist .env copy a.env .env`, `Copy-Item -Path a.env -Destination .env`. */
export function copiedVariables({ words }: Command): FileReference | null {
  const at = words.findIndex((word) => COPIES.test(programOf(word)));
  const before = words[at - 1];
  if (at === -1 || (before && !/[({]$/.test(before.text) && !/^if$/i.test(words[0]?.text ?? ''))) return null;
  const given = wordsOf(words.slice(at + 1));
  const [from, to] = [option(given, 'path', 'literalpath'), option(given, 'destination')];
  const plain = given.filter((word) => word !== from && word !== to && !/^-|^\/[A-Za-z]\b/.test(word.text));
  const [path, target] = [from ?? plain[0], to ?? plain[from ? 0 : 1]];
  if (!path || !target || !/env/i.test(path.text)) return null;
  return { path: path.value, role: 'copy-of', target: target.value, optional: false, span: path.value.span };
}

function option(words: readonly ExpandedText[], ...names: readonly string[]): ExpandedText | undefined {
  const at = words.findIndex(({ text }) => text.startsWith('-') && names.includes(text.slice(1).toLowerCase()));
  return at === -1 ? undefined : words[at + 1];
}

/** Up to where the output goes or the block around it ends. */
function wordsOf(words: readonly ExpandedText[]): readonly ExpandedText[] {
  const end = words.findIndex(({ text }) => /^(\d?>|[)}])/.test(text));
  return words.slice(0, end === -1 ? undefined : end).map((word) => {
    const length = word.text.replace(/[)}]+$/, '').length;
    return length < word.text.length ? word.part(0, length) : word;
  });
}
