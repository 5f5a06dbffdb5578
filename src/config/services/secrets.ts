import type { KnownCredentials } from '../../model/setting-table.ts';
import { credentialKind } from './known-values.ts';
import { plainText } from './settings.ts';
import { wordsOf } from './tls-switch.ts';

/** `default`: published by some project. `weak`: everybody tries it. `placeholder`: left to be filled in. `hard-coded`: it may well be a real one. */
export type SecretKind = 'default' | 'weak' | 'placeholder' | 'hard-coded';

/** Whose secret a setting holds: one that whoever deploys makes up (`own`), or a key that somebody else issued. */
export function secretSetting(setting: string, known: KnownCredentials): 'own' | 'issued' | null {
  const words = wordsOf(setting.replace(/^-+/, ''));
  if (endsIn(words, known.noSecretNames) || !endsIn(words, known.secretNames)) return null;
  return known.issuedByOthers.some((word) => `_${words}_`.includes(`_${word}_`)) ? 'issued' : 'own';
}

/** What stands in a setting that should hold a secret; null: no secret setting, or nothing to say. */
export function judgeSecret(setting: string, text: string, known: KnownCredentials): SecretKind | null {
  const plain = plainText(text);
  if (hasPasswordInUrl(text, known)) return 'hard-coded';
  const whose = secretSetting(setting, known);
  if (whose === null || isReference(plain)) return null;
  // A key somebody else issues is theirs to refuse: what is no key opens nothing.
  if (whose === 'issued') return credentialKind(text, known) === null && looksMade(text.trim()) ? 'hard-coded' : null;
  return judgeValue(text, known);
}

/** What a service is given as the login that its callers must show; `user:password` counts by the password. */
export function judgeLogin(setting: string, text: string, known: KnownCredentials): SecretKind | null {
  const plain = plainText(text);
  const words = wordsOf(setting.replace(/^-+/, ''));
  if (plain === '' || isReference(plain) || endsIn(words, [...known.noSecretNames, 'FILE', 'PATH'])) return null;
  const [, password = text.trim()] = /^[^\s:/]+[:/]([^\s:/]+)$/.exec(text.trim()) ?? [];
  return judgeValue(password, known) ?? (plainText(password).length < SHORTEST ? 'weak' : null);
}

/** Below this nobody should choose a password: NIST SP 800-63B, 5.1.1.1. */
const SHORTEST = 8;

function judgeValue(text: string, known: KnownCredentials): SecretKind | null {
  const kind = credentialKind(text, known);
  if (kind === 'published') return 'default';
  if (kind === 'common') return 'weak';
  if (kind === 'placeholder') return 'placeholder';
  return kind === null && looksMade(text.trim()) ? 'hard-coded' : null;
}

function endsIn(words: string, names: readonly string[]): boolean {
  return names.some((name) => words === name || words.endsWith(`_${name}`));
}

/** Says where the secret is, not what it is. */
function isReference(plain: string): boolean {
  return /^(?:\/|\.{1,2}\/|file:|env:|os\.environ\/|vault:|arn:|ref\+|secret:|op:\/\/|!secret)|\$\{|\$\(|\{\{|^%.*%$/.test(
    plain,
  );
}

/** Long, mixed and without words: nobody writes that as an example. */
function looksMade(text: string): boolean {
  const value = text.replace(/^(["'])(.*)\1$/s, '$2');
  if (/^https:\/\/hooks\.slack\.com\/services\/\S{20,}$/.test(value)) return true;
  // Of an address only what stands behind the host can be secret.
  const [, path] = /^https?:\/\/[^/?#]*(.*)$/is.exec(value) ?? [];
  if (path !== undefined) return path.split(/[/?&=#]/).some((part) => looksMade(part));
  if (value.length < 20 || /\s/.test(value) || saysWhatItIs(value)) return false;
  const classes = [/[a-z]/, /[A-Z]/, /\d/].filter((pattern) => pattern.test(value)).length;
  return classes >= 2 && entropyOf(value) >= 3;
}

/** `MyStrongLoginPassword`, `local_dev_secret_key_123`: written to be read, by whoever is to replace it. */
function saysWhatItIs(value: string): boolean {
  const words = value.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/);
  return words.some((word) => /^(?:passwords?|passwd|passphrase|secrets?|example|token)$/i.test(word));
}

/** Shannon entropy, bits per character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}

/** `scheme://user:password@host` of another machine, with a password that is no word everybody knows. */
function hasPasswordInUrl(text: string, known: KnownCredentials): boolean {
  const found = /^[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:([^\s@/]+)@([^\s:/?#]+)/i.exec(text.trim());
  if (!found) return false;
  const [, password = '', host = ''] = found;
  if (!host.includes('.') || /^127\.|^host\.docker\.internal$/.test(host) || isReference(password)) return false;
  return credentialKind(password, known) === null && password.length >= 8;
}
