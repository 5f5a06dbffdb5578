import type { KnownCredentials } from '../../model/setting-table.ts';
import type { Graph } from '../deployment/graph.ts';
import { known, type Value } from '../deployment/value.ts';
import { secretSetting } from '../services/secrets.ts';
import { isHarmless } from './secret-patterns.ts';
import type { GivenVariable } from './variables.ts';

/** What files give as a secret somewhere: not shown anywhere, because a line of its own need not tell. */
export type KnownSecrets = ReadonlySet<string>;

/** Texts that are given under the name of a secret: by variables, options and settings. */
export function knownSecrets(
  { running, declared }: Graph,
  given: readonly GivenVariable[],
  table: KnownCredentials,
): KnownSecrets {
  const found = new Set<string>();
  const add = (value: Value | null | undefined): void => {
    const text = known(value) ?? '';
    // Of a pair and of a URL the password counts, of a block each line.
    const [, password] = /^[^\s:/]+[:/]([^\s:/]+)$/.exec(text) ?? /:\/\/[^\s/:@]*:([^\s@/]+)@/.exec(text) ?? [];
    for (const part of [...text.split('\n'), password ?? '']) {
      const line = part.trim();
      const isNone = isHarmless(line) || table.standIns.includes(line.toLowerCase());
      if (line.length >= SHORTEST && !isNone) found.add(line);
    }
  };
  const addNamed = (name: string, value: Value | null | undefined): void => {
    if (secretSetting(name, table) !== null || (known(value) ?? '').includes('://')) add(value);
  };
  for (const { variable } of given) addNamed(variable.name, variable.value);
  for (const { setting, value } of declared.settings) addNamed(setting, value);
  for (const { process, view } of running) {
    const words = [...(process.argv ?? []), ...(process.args ?? [])];
    for (const [index, { text }] of words.entries()) if (/^--?\w/.test(text)) addNamed(text, words[index + 1]);
    for (const { value } of [...(view?.credentials ?? []), ...(view?.logins ?? [])]) add(value);
  }
  return found;
}

const SHORTEST = 4;

/**
 * Takes values out of a line wherever they stand. Words that may as well be names (`redis`) go only where nothing else
 * stands in the line, and as a user's name: `image: redis` tells nothing.
 */
export function withoutValues(line: string, struck: ReadonlySet<string>, others: KnownSecrets = new Set()): string {
  const found = [...struck, ...others].filter((value) => value.length > 1 && line.includes(value));
  // The longer first: what a shorter one leaves of it would be shown.
  const values = found.sort((one, other) => other.length - one.length);
  return values.reduce((text, value) => {
    const literal = value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    if (value.length >= 6 && /[^a-z]/.test(value))
      return text.replace(new RegExp(`(?<![\\w-])${literal}(?![\\w-])`, 'g'), '***');
    return text
      .replace(
        new RegExp(`(\\b[\\w.-]*(?:user|login)[\\w.-]*["']?\\s*[:=,]\\s*["']?)${literal}(?![\\w-])`, 'gi'),
        '$1***',
      )
      .replace(
        new RegExp(`^(\\s*(?:-\\s+|value["']?:\\s+|<string>)?["']?)${literal}(?=["']?(?:</string>.*|[,\\]]*)\\s*$)`),
        '$1***',
      );
  }, line);
}
