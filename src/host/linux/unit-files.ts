/** Where systemd looks for units, the first wins. Source: systemd.unit(5). */
export const UNIT_DIRECTORIES = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
] as const;

/** The unit's own name and, for `web@1.service`, that of its template. */
export function unitNames(unit: string): string[] {
  const template = unit.replace(/@[^.]+\./, '@.');
  return template === unit ? [unit] : [unit, template];
}

/** Values of a directive, in order; one without a value clears what came before. Source: systemd.syntax(7). */
export function directiveValues(text: string, name: string): string[] {
  const joined = text.replace(/\\\r?\n/g, ' ');
  let values: string[] = [];
  for (const line of joined.split(/\r?\n/)) {
    const [, key, value = ''] = /^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === name) values = value === '' ? [] : [...values, value];
  }
  return values;
}
