import { SourceText } from '../../source/source-text.ts';

/*
 * Charts are templates over YAML. Each `{{ … }}` is covered by letters of the same length, so that what is left parses
 * as YAML and stands where it stood; lines that hold nothing but an action become blank. What a placeholder gives is
 * looked up where it is used.
 */

const COVER = '\u02ad';

export function isTemplate(text: string): boolean {
  return text.includes('{{') && text.includes('}}');
}

/** The text with its actions covered. Quotes inside of an action would end the scalar around it. */
export function covered(source: SourceText): SourceText {
  const lines = source.text.split('\n');
  let inside = false;
  const out = lines.map((line) => {
    if (inside) {
      inside = !line.includes('}}');
      return blank(line);
    }
    if (!line.includes('{{')) return line;
    if (line.lastIndexOf('{{') > line.lastIndexOf('}}')) {
      inside = true;
      return blank(line);
    }
    if (
      /^\s*(?:\{\{[^}]*\}\}\s*)+$/.test(line) &&
      /\{\{-?\s*(if|else|end|range|with|define|template|include|block|toYaml|tpl|\$|\/\*)/.test(line)
    ) {
      return blank(line);
    }
    return line.replace(/\{\{.*?\}\}/g, (action) => COVER.repeat(action.length));
  });
  return new SourceText(source.file, out.join('\n'));
}

function blank(line: string): string {
  return ' '.repeat(line.length);
}

export function isCovered(text: string): boolean {
  return text.includes(COVER);
}

/** `.Values.a.b` of an action that is that and perhaps a filter, as a path. */
export function valuesPath(action: string): readonly string[] | null {
  const [, path] = /^\{\{-?\s*\(?\s*\.Values\.([\w.-]+)\s*(?:\||\)|-?\}\})/.exec(action) ?? [];
  return path === undefined ? null : path.split('.');
}

/** The literal of `default "x"` in an action. */
export function templateDefault(action: string): string | null {
  const [, , text] = /default\s+(["']?)([\w.:/-]+)\1/.exec(action) ?? [];
  return text ?? null;
}
