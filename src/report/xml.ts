import { neutralise } from './terminal/neutralise.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text for an element or an attribute value on one line; what XML 1.0 §2.2 has no character for is spelled out. */
export function xmlText(text: string): string {
  return neutralise(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** The same with its line breaks, for elements only. */
export function xmlLines(text: string): string {
  return text.split(/\r?\n/).map(xmlText).join('\n');
}

export function xmlAttributes(attributes: Readonly<Record<string, string | number>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${xmlText(String(value))}"`)
    .join('');
}
