import type { KnownCredentials } from '../../model/setting-table.ts';
import { sha256 } from '../../model/sha256.ts';
import { plainText } from './settings.ts';

/**
 * What a value that should be secret is: `published` by some project, `common` (everybody tries it), a `placeholder`
 * left to be filled in, `stand-in` for a key that nobody needs, `empty`; null: it may be a secret.
 */
export type CredentialKind = 'published' | 'common' | 'placeholder' | 'stand-in' | 'empty';

export function credentialKind(text: string, known: KnownCredentials): CredentialKind | null {
  const plain = plainText(text);
  if (plain === '') return 'empty';
  if (publisherOf(plain, known) !== null) return 'published';
  if (known.standIns.includes(plain)) return 'stand-in';
  if (known.common.includes(plain) || isVaried(plain, known)) return 'common';
  return known.placeholders.some((pattern) => fits(pattern, plain)) ? 'placeholder' : null;
}

/** A known word with what is put behind it when a digit and a sign are asked for: `Admin@123`, `minioadmin2024!`. */
function isVaried(plain: string, known: KnownCredentials): boolean {
  const [, word] = /^([a-z]{4,})[@#$!_.-]?\d{1,4}!?$/.exec(plain) ?? [];
  return word !== undefined && (known.common.includes(word) || publisherOf(word, known) !== null);
}

/** Whose published value it is. */
export function publisherOf(text: string, known: KnownCredentials): string | null {
  const plain = plainText(text);
  return known.published.find(({ value }) => isValue(value, plain))?.of ?? null;
}

/** Whether a value of the catalogue, lower case, is that text: by itself or by its digest. */
export function isValue(listed: string, plain: string): boolean {
  if (!listed.startsWith('sha256:')) return listed === plain;
  return sha256(plain) === listed.slice('sha256:'.length);
}

/** `*` stands for any run of characters; linear in the text. */
function fits(pattern: string, text: string): boolean {
  const pieces = pattern.split('*');
  const [first = '', ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of others) {
    const next = text.indexOf(piece, at);
    if (next === -1) return false;
    at = next + piece.length;
  }
  return at <= text.length - last.length;
}
