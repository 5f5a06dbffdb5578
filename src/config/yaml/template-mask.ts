/*
 * Jinja, Go and Terraform templates of YAML are no YAML yet: `image: {{ image }}` reads as a map within a map, and a line
 * of `{% if %}` or `%{ if }` as nothing. What stands for itself is put in their place, one character for each, and taken back from what
 * was read.
 */

/** A value that begins with a placeholder, or a line that is none but the template's. */
const TEMPLATED = /^[ \t]*(?:\{[{%#]|%\{)|[:-][ \t]+\{\{/m;

/** A line of Terraform's alone: a directive, or whole keys that are filled in where keys of the document stand. */
const TERRAFORM = /^([ \t]*)%\{(.*\}[ \t]*\r?)$|^()\$\{(\w[^}\n]*\}[ \t]*\r?)$/;

const OPEN = '\uE000';
const CLOSE = '\uE001';
const COLON = '\uE002';
const HASH = '\uE003';
/** Behind a `#`: where a line of the template began. */
const LINES = { '{': '\uE004', '%': '\uE005', '#': '\uE006' } as const;
const DIRECTIVE = '\uE007';
const FILLED_IN = '\uE008';

export function isTemplated(text: string): boolean {
  return TEMPLATED.test(text);
}

export function masked(text: string): string {
  let inside = false;
  return text
    .split('\n')
    .map((line) => {
      if (inside) {
        inside = !/[}%#]\}/.test(line);
        // What goes on over lines is the template's own.
        return line.replace(/^([ \t]*)\S/, '$1#');
      }
      const [, indent, directive, , filled] = TERRAFORM.exec(line) ?? [];
      if (directive !== undefined) return `${indent}#${DIRECTIVE}${directive}`;
      if (filled !== undefined) return `#${FILLED_IN}${filled}`;
      const own = /^([ \t]*)\{([{%#])(.*)$/.exec(line);
      if (own && /^(?:(?![}%#]\}).)*[}%#]\}[ \t]*\r?$/.test(own[3] ?? '')) return commented(own);
      if (own?.[2] === '%' && !own[3]?.includes('%}')) {
        inside = true;
        return commented(own);
      }
      return line.replace(
        /^([ \t]*|.*?[:-][ \t]+)(\{\{.*)$/,
        (_, before: string, value: string) => before + placeholders(value),
      );
    })
    .join('\n');
}

function commented([, indent = '', kind, rest = '']: RegExpExecArray): string {
  return `${indent}#${LINES[kind as keyof typeof LINES]}${rest}`;
}

/** By hand: a pattern would look for the end of every placeholder that has none. */
function placeholders(value: string): string {
  let out = '';
  let at = 0;
  while (at < value.length) {
    const start = value.indexOf('{{', at);
    const end = start === -1 ? -1 : value.indexOf('}}', start);
    if (end === -1) break;
    const hole = value.slice(start, end + 2);
    out += value.slice(at, start);
    out += hole.replaceAll('{', OPEN).replaceAll('}', CLOSE).replaceAll(':', COLON).replaceAll('#', HASH);
    at = end + 2;
  }
  return out + value.slice(at);
}

export function unmasked(text: string): string {
  return text
    .replaceAll(OPEN, '{')
    .replaceAll(CLOSE, '}')
    .replaceAll(COLON, ':')
    .replaceAll(HASH, '#')
    .replaceAll(`#${LINES['{']}`, '{{')
    .replaceAll(`#${LINES['%']}`, '{%')
    .replaceAll(`#${LINES['#']}`, '{#')
    .replaceAll(`#${DIRECTIVE}`, '%{')
    .replaceAll(`#${FILLED_IN}`, '${');
}
