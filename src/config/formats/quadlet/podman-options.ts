import type { Span } from '../../../model/span.ts';
import type { Variable } from '../../deployment/declarations.ts';
import { unresolved, type Value } from '../../deployment/value.ts';
import { assignments, type Unseen, valueAt } from '../../ini/environment.ts';
import type { IniEntry } from '../../ini/ini.ts';
import type { PlacedString } from '../../ini/placed-string.ts';
import { quotedWords } from '../../ini/words.ts';

/** Options of `podman run` that `PodmanArgs=` may carry, as far as they decide who can reach the container. */
export interface PodmanOptions {
  readonly ports: readonly PlacedString[];
  readonly networks: readonly Value[];
  readonly environment: readonly Variable[];
  readonly unseen: readonly Unseen[];
  readonly privileged: Span | null;
}

const NAMES: ReadonlyMap<string, 'port' | 'network' | 'env' | 'env-file'> = new Map([
  ['-p', 'port'],
  ['--publish', 'port'],
  ['--network', 'network'],
  ['--net', 'network'],
  ['-e', 'env'],
  ['--env', 'env'],
  ['--env-file', 'env-file'],
]);

export function podmanOptions(entries: readonly IniEntry[]): PodmanOptions {
  const ports: PlacedString[] = [];
  const networks: Value[] = [];
  const environment: Variable[] = [];
  const unseen: Unseen[] = [];
  let privileged: Span | null = null;
  const take = (kind: string, value: PlacedString): void => {
    if (kind === 'port') ports.push(value);
    else if (kind === 'network') networks.push(valueAt(value));
    else if (kind === 'env-file') unseen.push({ name: null, span: value.span });
    else if (value.text.includes('=')) environment.push(...assignments(value));
    else
      environment.push({ name: value.text, value: unresolved('', value.span, 'it is taken from whoever starts it') });
  };
  for (const { value: line } of entries) {
    const words = quotedWords(line).map(({ text }) => text);
    for (let index = 0; index < words.length; index += 1) {
      const word = words[index];
      if (!word) continue;
      const { text } = word;
      if (text === '--privileged' || text === '--privileged=true') privileged = word.span;
      const equals = text.startsWith('--') ? text.indexOf('=') : -1;
      const kind = NAMES.get(equals === -1 ? text : text.slice(0, equals));
      if (kind && equals !== -1) take(kind, word.slice(equals + 1, text.length));
      else if (kind) {
        index += 1;
        const next = words[index];
        if (next) take(kind, next);
      } else if (/^-p\d/.test(text)) take('port', word.slice(2, text.length));
    }
  }
  return { ports, networks, environment, unseen, privileged };
}
