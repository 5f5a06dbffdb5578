import type { Knob, Packaging } from '../../model/deploy.ts';
import { known, type Value } from '../deployment/value.ts';
import { isIpAddress } from './address.ts';
import { plainText, type Settings } from './settings.ts';

/** A value in effect. */
export interface Told {
  /** Null: not known, because it is not resolved or nobody knows the service's default. */
  readonly text: string | null;
  /** Where it was given; null: the service's own default. */
  readonly value: Value | null;
}

/** The first source that says something, else the default. */
export function read(knob: Knob, settings: Settings, packaging: Packaging): Told {
  for (const source of knob.sources) {
    const found = settings.find(source);
    if (!found) continue;
    if (found.value === null) {
      if (source.bare !== null) return { text: source.bare, value: null };
      continue;
    }
    if (!source.takesValue) return { text: source.bare, value: found.value };
    const text = known(found.value);
    if (text === undefined || isTemplated(text)) return { text: null, value: found.value };
    const plain = plainText(text);
    if (plain === '' && knob.empty === null) continue;
    return { text: meaning(knob, plain === '' ? (knob.empty ?? '') : text.trim()), value: found.value };
  }
  return { text: knob.default[packaging], value: null };
}

/** What a template leaves to be filled in, in formats that know of none. */
function isTemplated(text: string): boolean {
  return text.includes('{{') && text.includes('}}');
}

function meaning(knob: Knob, text: string): string {
  const word = knob.words[plainText(text)];
  if (word !== undefined) return word;
  return knob.otherwise !== null && !isIpAddress(text) ? knob.otherwise : text;
}
