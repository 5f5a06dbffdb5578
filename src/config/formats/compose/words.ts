import type { Value } from '../../deployment/value.ts';
import { closing, interpolate, type Lookup } from '../../source/interpolation.ts';
import type { YamlNode, YamlScalar } from '../../yaml/node.ts';
import { items } from '../../yaml/node.ts';
import { resolved } from './values.ts';

/** `command:` and `entrypoint:`: a list, or one line that is split as a shell splits words. */
export function commandLine(node: YamlNode | undefined, lookup: Lookup): readonly Value[] | null {
  if (!node) return null;
  if (node.kind === 'list') {
    return items(node).flatMap((item) => (item.kind === 'scalar' ? [resolved(item, lookup)] : []));
  }
  if (node.kind !== 'scalar' || node.value === null) return null;
  return splitWords(node).flatMap((word) => filled(word, node, lookup));
}

interface Word {
  readonly text: string;
  /** Where each unit of the text stands in the scalar's text. */
  readonly at: readonly number[];
  readonly end: number;
  readonly quoted: boolean;
}

function filled(word: Word, node: YamlScalar, lookup: Lookup): readonly Value[] {
  const offset = (index: number): number =>
    node.offset(index < word.at.length ? (word.at[index] ?? word.end) : word.end);
  const value = interpolate({ text: word.text, file: node.span.file, offset }, lookup);
  // What a variable brought in is split as well, when it stood outside of quotes.
  if (word.quoted || value.kind === 'unresolved' || value.text === word.text || !/\s/.test(value.text)) return [value];
  return value.text.split(/\s+/).flatMap((text) => (text === '' ? [] : [{ ...value, text }]));
}

function splitWords({ text }: YamlScalar): readonly Word[] {
  const words: Word[] = [];
  let units: string[] = [];
  let at: number[] = [];
  let quoted = false;
  let quote = '';
  const take = (index: number, character: string): void => {
    units.push(character);
    at.push(index);
  };
  const finish = (end: number): void => {
    if (units.length > 0 || quoted) words.push({ text: units.join(''), at, end, quoted });
    units = [];
    at = [];
    quoted = false;
  };
  let index = 0;
  while (index < text.length) {
    const character = text[index] ?? '';
    const brace = character === '$' && text[index + 1] === '{' && quote !== "'" ? closing(text, index + 1) : -1;
    if (brace !== -1) {
      for (; index <= brace; index += 1) take(index, text[index] ?? '');
      continue;
    }
    if (quote !== '') {
      if (character === quote) quote = '';
      else if (character === '\\' && quote === '"' && /["\\$`\n]/.test(text[index + 1] ?? '')) {
        index += 1;
        take(index, text[index] ?? '');
      } else take(index, character);
    } else if (character === '"' || character === "'") {
      quote = character;
      quoted = true;
    } else if (character === '\\' && index + 1 < text.length) {
      index += 1;
      if (text[index] !== '\n') take(index, text[index] ?? '');
    } else if (/\s/.test(character)) finish(index);
    else take(index, character);
    index += 1;
  }
  finish(text.length);
  return words;
}
