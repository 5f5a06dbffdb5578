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
  /** It says again what the user is called. */
  readonly repeatsUser: boolean;
}

/** What somebody gives a service as its login, and that its documentation does not publish. */
export interface LoginFound {
  readonly setting: SettingName;
  readonly value: Value;
}

export function loginsOf(knobs: readonly CredentialKnob[], settings: Settings): LoginFound[] {
  return knobs.flatMap((knob) =>
    knob.role !== 'login'
      ? []
      : knob.settings.flatMap((setting): LoginFound[] => {
          const value = settings.find(setting)?.value;
          return value && !isPublished(value, knob) && !isUserName(value, setting, settings)
            ? [{ setting, value }]
            : [];
        }),
  );
}

/** Only what is published; whether a made-up value is weak is another question. */
export function credentialsOf(knobs: readonly CredentialKnob[], settings: Settings): CredentialFound[] {
  return knobs.flatMap((knob): CredentialFound[] => {
    const given = knob.settings.flatMap((setting) => {
      const found = settings.find(setting);
      return found ? [{ setting, found }] : [];
    });
    const hits = given.flatMap(({ setting, found }): CredentialFound[] => {
      const repeatsUser = isUserName(found.value, setting, settings);
      return repeatsUser || isPublished(found.value, knob)
        ? [{ knob, setting, value: found.value, found, repeatsUser: repeatsUser && !isPublished(found.value, knob) }]
        : [];
    });
    const [first] = knob.settings;
    const hidden = knob.settings.some((setting) => settings.hiding(setting).length > 0);
    const unset = given.every(({ found }) => found.value !== null && known(found.value) === '');
    if (knob.default !== null && first && unset && !hidden)
      hits.push({ knob, setting: first, value: null, found: null, repeatsUser: false });
    return hits;
  });
}

/** `X_USER=acme` beside `X_PASSWORD=acme`: who knows the one tries the other. */
function isUserName(value: Value | null, { kind, name }: SettingName, settings: Settings): boolean {
  const text = known(value);
  const stem = kind === 'env' ? /^(.+_)PASS(?:WORD)?$/.exec(name)?.[1] : undefined;
  if (!text || stem === undefined) return false;
  return ['USER', 'USERNAME'].some((word) => known(settings.find({ kind, name: `${stem}${word}` })?.value) === text);
}

function isPublished(value: Value | null, knob: CredentialKnob): boolean {
  const text = known(value);
  if (text === undefined) return false;
  const plain = plainText(text);
  return [knob.default, ...knob.known].some((listed) => listed && isValue(listed.toLowerCase(), plain));
}
