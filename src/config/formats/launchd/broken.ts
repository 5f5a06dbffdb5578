import { SaxesParser } from 'saxes';

/** Where a text stops being XML, as an offset, and why; null: it is. Entities of its own count as none, as `plutil` has it. */
export function brokenXml(text: string): { readonly at: number; readonly what: string } | null {
  const readable = withoutComments(text);
  let broken: { at: number; what: string } | null = null;
  const parser = new SaxesParser({ position: true, xmlns: false as const });
  parser.on('error', ({ message }) => {
    broken ??= { at: Math.min(parser.position, text.length), what: message.replace(/^\d+:\d+: |\.$/g, '') };
  });
  for (let at = 0; at < text.length && broken === null; at += STEP) parser.write(readable.slice(at, at + STEP));
  if (broken === null) parser.close();
  return broken;
}

/** What comes after the first mistake is not read. */
const STEP = 16_384;

/** Blanks in their place: XML has no `--` within a comment, but property lists with one are read all the same. */
function withoutComments(text: string): string {
  const out: string[] = [];
  let kept = 0;
  for (let at = text.indexOf('<!--'); at !== -1; at = text.indexOf('<!--', kept)) {
    const end = text.indexOf('-->', at + 4);
    if (end === -1) break;
    out.push(text.slice(kept, at), text.slice(at, end + 3).replace(/[^\r\n]/g, ' '));
    kept = end + 3;
  }
  return out.join('') + text.slice(kept);
}
