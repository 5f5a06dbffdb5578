import type { SwitchName, TlsSwitches } from '../../model/setting-table.ts';
import { commandName } from './recognise-command.ts';
import { plainText, truthOf } from './settings.ts';

/** What a setting does to the check of a server's certificate. */
export interface Verification {
  readonly verification: 'on' | 'off' | 'unknown';
  /** The value names a file of authorities. */
  readonly isFile: boolean;
  /** Whose setting it is. */
  readonly of: string;
}

/** Null: the name is no such setting. An undefined text is one that is not resolved. */
export function verificationBySetting(
  switches: TlsSwitches,
  name: string,
  text: string | undefined,
): Verification | null {
  const words = wordsOf(name);
  if (find(switches.except, words)) return null;
  const bundle = find(switches.bundle, words);
  const authorities = bundle ? undefined : find(switches.authorities, words);
  if (authorities) {
    // Most take the certificates themselves as well: what is no path says nothing.
    const isFile = text !== undefined && /^[^\n]*\/[^\n]*$/.test(plainText(text));
    return { verification: text === undefined ? 'unknown' : 'on', isFile, of: authorities.of };
  }
  const skip = find(switches.skip, words);
  const found = bundle ?? skip ?? find(switches.verify, words);
  if (!found) return null;
  if (text === undefined) return { verification: 'unknown', isFile: false, of: found.of };
  const plain = plainText(text);
  if (bundle) {
    const isEmpty = plain === '' || plain === '/dev/null';
    return { verification: isEmpty ? 'off' : 'on', isFile: !isEmpty, of: found.of };
  }
  // Nothing is no word: the program does what it does by itself.
  if (plain === '') return { verification: 'on', isFile: false, of: found.of };
  const truth = skip
    ? negated(truthOf(text))
    : (truthOf(text) ?? (/^cert_none$|^insecure$/.test(plain) ? false : null));
  const isFile = truth === null && plain.includes('/');
  return { verification: truth === null ? (isFile ? 'on' : 'unknown') : truth ? 'on' : 'off', isFile, of: found.of };
}

/** The option of a command line that switches the check off, by its index; null: none does. */
export function verificationOption(switches: TlsSwitches, argv: readonly string[]): number | null {
  const program = commandName(argv[0] ?? '');
  const row = switches.options.find((candidate) => candidate.program === program);
  if (!row) return null;
  const index = argv.findIndex((word, at) => at > 0 && (row.options.includes(word) || isCluster(row.options, word)));
  return index === -1 ? null : index;
}

/** `-sk` holds `-k`. */
function isCluster(options: readonly string[], word: string): boolean {
  return (
    /^-[A-Za-z]{2,}$/.test(word) && options.some((option) => /^-\w$/.test(option) && word.includes(option.slice(1)))
  );
}

function negated(truth: boolean | null): boolean | null {
  return truth === null ? null : !truth;
}

/** `verifySSL`, `verify-ssl` and `ai.verify_ssl` → the words of `VERIFY_SSL`. */
export function wordsOf(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toUpperCase();
}

function find(names: readonly SwitchName[], words: string): SwitchName | undefined {
  return names.find(({ name }) => (name.startsWith('*_') ? words.endsWith(name.slice(1)) : words === name));
}
