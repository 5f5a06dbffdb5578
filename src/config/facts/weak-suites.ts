import type { SuiteInfo, TlsTables } from '../../model/tls-table.ts';
import { expandCipherString } from '../../tls/cipher-string.ts';
import { known, type Value } from '../deployment/value.ts';

export interface Weak {
  /** What is wrong, with the suites it is wrong with. */
  readonly weak: readonly string[];
  readonly severe: boolean;
}

export const NONE: Weak = { weak: [], severe: false };

const SHOWN = 4;
/** Written in Go: suites are named one by one, as IANA does, and weak ones are there for whoever names them. */
const NAMES_SUITES = new Set(['traefik', 'caddy']);

/** Suites that a server is told to offer and that can be read or forged, by what is wrong with them. */
export function weakSuites(software: string, ciphers: Value, tables: TlsTables): Weak {
  const text = known(ciphers);
  if (text === undefined) return NONE;
  if (NAMES_SUITES.has(software)) {
    const names = new Set(text.split(':'));
    return judged(tables.suites.filter(({ name }) => names.has(name)));
  }
  // The oldest release in use: what it lets through, some machine lets through.
  const expanded = judged(expandCipherString(text, '1.1.1', tables).suites);
  const asked = askedFor(text);
  return { weak: [...expanded.weak, ...asked], severe: expanded.severe };
}

function judged(suites: readonly SuiteInfo[]): Weak {
  const hits = WEAKNESSES.flatMap(({ name, severe, holds }) => {
    const found = suites.filter(holds);
    if (found.length === 0) return [];
    const shown = found.slice(0, SHOWN).map((suite) => suite.name);
    const more = found.length > SHOWN ? ` and ${found.length - SHOWN} more` : '';
    return [{ severe, text: `${name} (${shown.join(', ')}${more})` }];
  });
  return { weak: hits.map(({ text }) => text), severe: hits.some(({ severe }) => severe) };
}

/** Stock builds of OpenSSL have not had these since 1.1.0; a string that asks for them gets them wherever they are built in. */
const GONE: readonly (readonly [name: string, word: RegExp])[] = [
  ['RC4', /(^|[-+])RC4([-+]|$)/],
  ['64-bit blocks', /(^|[-+])(3DES|DES-CBC3|DES)([-+]|$)/],
  ['export grade', /^(EXP|EXPORT|EXPORT40|EXPORT56|EXP-.*)$/],
];

function askedFor(text: string): readonly string[] {
  const words = text.split(/[:;, ]+/);
  return GONE.flatMap(([name, pattern]) => {
    const excluded = words.some((word) => word.startsWith('!') && pattern.test(word.slice(1)));
    // `+3DES` only moves what is there to the end.
    const asked = words.filter((word) => /^[A-Z0-9]/.test(word) && pattern.test(word));
    return excluded || asked.length === 0 ? [] : [`${name} (${asked.slice(0, SHOWN).join(', ')})`];
  });
}

const WEAKNESSES: readonly { readonly name: string; readonly severe: boolean; holds(suite: SuiteInfo): boolean }[] = [
  { name: 'no encryption', severe: true, holds: ({ mode }) => mode === 'none' },
  { name: 'nobody proves who they are', severe: true, holds: ({ authentication }) => authentication === 'anonymous' },
  { name: 'export grade', severe: true, holds: ({ exportGrade }) => exportGrade },
  {
    name: 'below 112 bits',
    severe: true,
    holds: ({ bits, exportGrade, mode }) => bits > 0 && bits < 112 && !exportGrade && mode !== 'none',
  },
  { name: 'RC4', severe: false, holds: ({ cipher, exportGrade }) => cipher.startsWith('RC4') && !exportGrade },
  { name: '64-bit blocks', severe: false, holds: ({ block, bits }) => block === 64 && bits >= 112 },
];
