import type { CredentialKnob, SettingName } from '../../model/deploy.ts';
import { known, type Value } from '../deployment/value.ts';
import { isValue } from './known-values.ts';
import { type Found, plainText, type Settings } from './settings.ts';

/** A credential that everybody knows, as configured or by default. */
export interface CredentialFound {
  readonly knob: CredentialKnob;
  /** The setting that holds it, or would. */
  readonly setting: SettingName;
  /** Null: nothing is set, and the service's own default is in effect. */
  readonly value: Value | null;
  readonly found: Found | null;
}

/** Only what is published; whether a made-up value is weak is another question. */
export function credentialsOf(knobs: readonly CredentialKnob[], settings: Settings): CredentialFound[] {
  return knobs.flatMap((knob): CredentialFound[] => {
    const given = knob.settings.flatMap((setting) => {
      const found = settings.find(setting);
      return found ? [{ setting, found }] : [];
    });
    const published = [knob.default, ...knob.known].flatMap((text) => (text ? [text.toLowerCase()] : []));
    const hits = given.flatMap(({ setting, found }): CredentialFound[] => {
      const text = known(found.value);
      const plain = plainText(text ?? '');
      if (text === undefined || !published.some((value) => isValue(value, plain))) return [];
      return [{ knob, setting, value: found.value, found }];
    });
    const [first] = knob.settings;
    const hidden = knob.settings.some((setting) => settings.hiding(setting).length > 0);
    const unset = given.every(({ found }) => found.value !== null && known(found.value) === '');
    if (knob.default !== null && first && unset && !hidden)
      hits.push({ knob, setting: first, value: null, found: null });
    return hits;
  });
}
