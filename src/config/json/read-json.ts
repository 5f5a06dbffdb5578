import { SourceText } from '../source/source-text.ts';
import { readYaml, type YamlText } from '../yaml/read-yaml.ts';

/**
 * JSON with comments and trailing commas. JSON is YAML once its comments and tabs are blanks, which keeps every place
 * where it was.
 */
export function readJson(source: SourceText): YamlText {
  return readYaml(new SourceText(source.file, blanked(source.text)));
}

/** The text with comments and tabs outside of strings as blanks; line breaks stay. */
export function blanked(text: string): string {
  const out: string[] = [];
  let kept = 0;
  const blank = (from: number, to: number) => {
    out.push(text.slice(kept, from), text.slice(from, to).replace(/[^\r\n]/g, ' '));
    kept = to;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      for (at += 1; at < text.length && text[at] !== '"' && text[at] !== '\n'; at += 1) if (text[at] === '\\') at += 1;
    } else if (character === '\t' || character === '\uFEFF') blank(at, at + 1);
    else if (character === '/' && text[at + 1] === '/') {
      const end = text.indexOf('\n', at);
      blank(at, end === -1 ? text.length : end);
      at = kept - 1;
    } else if (character === '/' && text[at + 1] === '*') {
      const end = text.indexOf('*/', at + 2);
      blank(at, end === -1 ? text.length : end + 2);
      at = kept - 1;
    }
  }
  out.push(text.slice(kept));
  return out.join('');
}
