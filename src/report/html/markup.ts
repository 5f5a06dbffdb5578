import { cut } from '../cut.ts';
import { neutralise } from '../terminal/neutralise.ts';

/** Text that is HTML and does what the report means it to do. Made in this file only. */
class Safe {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

export type Markup = Safe;

type Part = Markup | string | number | null | undefined | false | readonly Part[];

/** Of a text that is put in without a limit of its own. A megabyte of banner shall not make a page of megabytes. */
const LONGEST = 600;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Markup of a template. What is put into it is text and becomes harmless, unless it is markup already; there is no
 * other way from text to markup. Lists are joined; null and false are nothing. Values of attributes belong in quotes.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const text = strings.map((string, i) => string + rendered(parts[i])).join('');
  return new Safe(text);
}

function rendered(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Safe) return part.text;
  if (typeof part === 'object') return part.map(rendered).join('');
  return escaped(neutralise(cut(String(part), LONGEST)));
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Text of any length with its line breaks, for elements that keep them. What is cut is in the JSON. */
export function lines(text: string, most: number): Markup {
  const shown = cut(text, most).split(/\r?\n/).map(neutralise).map(escaped).join('\n');
  return new Safe(shown);
}

/** For the style and the script that ship with the program, whose hashes the policy of the page names. */
export function asset(element: 'style' | 'script', content: string): Markup {
  return new Safe(`<${element}>${content}</${element}>`);
}

/** Letters, digits and dots of any text, for an identifier that a link can name. */
export function slug(text: string): string {
  return cut(text, 120).replace(/[^A-Za-z0-9.-]/gu, (character) => `_${character.codePointAt(0)?.toString(16)}`);
}
