import { readToken, type Token } from './token.ts';

/*
 * Credentials that are nearly right. Each must be refused; the one that is not tells what the server forgot to look at.
 * Pure: a token in, texts out.
 */

export interface Mutation {
  readonly check: 'near-credential' | 'tampered-token' | 'unsigned-token';
  /** What was done, in words, as the end of "the token with …". */
  readonly what: string;
  readonly value: string;
}

const DAY_SECONDS = 86_400;

/** All that can be made of a credential by looking at it, each different from it and from the others. */
export function mutationsOf(text: string): Mutation[] {
  const made = [...byForm(readToken(text), text), ...near(text)];
  const seen = new Set([text]);
  return made.filter(({ value }) => {
    if (value === '' || seen.has(value)) return false;
    seen.add(value);
    return true;
  });
}

function byForm(token: Token, text: string): Mutation[] {
  switch (token.form) {
    case 'jwt':
      return jwtMutations(token);
    case 'signed-triple':
      return tripleMutations(token);
    case 'opaque':
      return text.length < 2 ? [] : keyMutations(text);
  }
}

/** What every comparison of a secret must tell apart. */
function near(text: string): Mutation[] {
  return [
    { check: 'near-credential', what: 'its last character cut off', value: text.slice(0, -1) },
    { check: 'near-credential', what: 'its second half cut off', value: text.slice(0, Math.ceil(text.length / 2)) },
    // Four, because lenient base64 drops a single one that carries nothing.
    { check: 'near-credential', what: 'four characters more at its end', value: `${text}0000` },
  ];
}

function keyMutations(text: string): Mutation[] {
  const swapped = text.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
  return [
    ...spots(text).map(
      ([where, value]): Mutation => ({ check: 'near-credential', what: `its ${where} character changed`, value }),
    ),
    { check: 'near-credential', what: 'capital and small letters swapped', value: swapped },
  ];
}

function tripleMutations({ user, expiry, signature }: Extract<Token, { form: 'signed-triple' }>): Mutation[] {
  const token = (changed: { user?: string; expiry?: number; signature?: string }): string =>
    `${changed.user ?? user}:${changed.expiry ?? expiry}:${changed.signature ?? signature}`;
  return [
    ...signatureMutations(signature, (changed) => token({ signature: changed })),
    { check: 'unsigned-token', what: 'its signature and the colon before it left out', value: `${user}:${expiry}` },
    ...spots(user).map(
      ([where, changed]): Mutation => ({
        check: 'tampered-token',
        what: `the ${where} character of its user changed`,
        value: token({ user: changed }),
      }),
    ),
    {
      check: 'tampered-token',
      what: 'a later expiry and the old signature',
      value: token({ expiry: expiry + DAY_SECONDS }),
    },
  ];
}

function jwtMutations({ header, claims, parts, expiry }: Extract<Token, { form: 'jwt' }>): Mutation[] {
  const [head, payload, signature] = parts;
  const unsigned = ['none', 'None'].map((alg): Mutation => {
    const value = `${encode({ ...header, alg })}.${payload}.`;
    return { check: 'unsigned-token', what: `algorithm "${alg}" and no signature`, value };
  });
  const later = { ...claims, exp: (expiry ?? 0) + DAY_SECONDS };
  const postponed: Mutation = {
    check: 'tampered-token',
    what: 'a later expiry and the old signature',
    value: `${head}.${encode(later)}.${signature}`,
  };
  const extended: Mutation = {
    check: 'tampered-token',
    what: 'a claim added and the old signature',
    value: `${head}.${encode({ ...claims, postern: true })}.${signature}`,
  };
  return [
    ...unsigned,
    ...signatureMutations(signature, (changed) => `${head}.${payload}.${changed}`),
    ...spots(payload).map(
      ([where, changed]): Mutation => ({
        check: 'tampered-token',
        what: `the ${where} character of its payload changed`,
        value: `${head}.${changed}.${signature}`,
      }),
    ),
    ...(expiry === null ? [extended] : [postponed]),
  ];
}

function signatureMutations(signature: string, put: (signature: string) => string): Mutation[] {
  return [
    { check: 'unsigned-token', what: 'its signature emptied', value: put('') },
    ...spots(signature).map(
      ([where, value]): Mutation => ({
        check: 'tampered-token',
        what: `the ${where} character of its signature changed`,
        value: put(value),
      }),
    ),
    {
      check: 'tampered-token',
      what: 'half of its signature cut off',
      value: put(signature.slice(0, Math.ceil(signature.length / 2))),
    },
  ];
}

/** The text with its first, middle or last meaningful character changed to another of the same kind. */
function spots(text: string): [where: 'first' | 'middle' | 'last', value: string][] {
  const last = text.replace(/=+$/, '').length - 1;
  if (last < 0) return [];
  const places = new Map<number, 'first' | 'middle' | 'last'>([
    [last, 'last'],
    [Math.floor(last / 2), 'middle'],
    [0, 'first'],
  ]);
  return [...places]
    .sort(([a], [b]) => a - b)
    .map(([at, where]) => [where, text.slice(0, at) + other(text[at] ?? '', text) + text.slice(at + 1)]);
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const HALF = 32;

/**
 * Another character that means something else. In base64 the highest bit of the six is changed, because the lowest
 * ones of a last character carry nothing (RFC 4648 §3.5); in hexadecimal it stays hexadecimal.
 */
function other(character: string, text: string): string {
  if (/^[0-9a-f]+$/i.test(text)) return character === '0' ? '1' : '0';
  const index = BASE64.indexOf(character === '+' ? '-' : character === '/' ? '_' : character);
  return index < 0 ? 'x' : (BASE64[(index + HALF) % BASE64.length] ?? 'x');
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
