/*
 * Jinja and Go templates of YAML are no YAML yet: `image: {{ image }}` reads as a map within a map, and a line of
 * `{% if %}` as nothing. What stands for itself is put in their place, one character for each, and taken back from what
 * was read.
 */

/** A value that begins with a placeholder, or a line that is none but the template's. */
const TEMPLATED = /^[ \t]*\{[{%#]|[:-][ \t]+\{\{/m;

const OPEN = '\uE000';
const CLOSE = '\uE001';
const COLON = '\uE002';
const HASH = '\uE003';
/** Behind a `#`: where a line of the template began. */
const LINES = { '{': '\uE004', '%': '\uE005', '#': '\uE006' } as const;

export function isTemplated(text: string): boolean {
  return TEMPLATED.test(text);
}

export function masked(text: string): string {
  return text
    .replace(
      /^([ \t]*)\{([{%#])((?:(?![}%#]\})[^\n])*[}%#]\}[ \t]*\r?)$/gm,
      (_, indent: string, kind: keyof typeof LINES, rest: string) => `${indent}#${LINES[kind]}${rest}`,
    )
    .replace(
      /^([^\n]*?(?:[:-][ \t]+))(\{\{[^\n]*)$/gm,
      (_, before: string, value: string) => before + placeholders(value),
    );
}

function placeholders(value: string): string {
  return value.replace(/\{\{[^\n]*?\}\}/g, (all) =>
    all.replaceAll('{', OPEN).replaceAll('}', CLOSE).replaceAll(':', COLON).replaceAll('#', HASH),
  );
}

export function unmasked(text: string): string {
  return text
    .replaceAll(OPEN, '{')
    .replaceAll(CLOSE, '}')
    .replaceAll(COLON, ':')
    .replaceAll(HASH, '#')
    .replaceAll(`#${LINES['{']}`, '{{')
    .replaceAll(`#${LINES['%']}`, '{%')
    .replaceAll(`#${LINES['#']}`, '{#');
}
