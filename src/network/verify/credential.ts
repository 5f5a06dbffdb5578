import { WRONG_KEY } from '../../catalogue/variants.ts';
import type { Credential } from '../../model/credential.ts';
import type { HeaderLine } from '../../model/exchange.ts';
import type { Service } from '../../model/service.ts';

/** Where and how a credential is shown. `scheme` null: the bare value. */
export interface Presentation {
  /** As it goes on the wire: `Authorization`, `X-Api-Key`. */
  readonly header: string;
  readonly scheme: string | null;
}

/** Basic has one form (RFC 7617), tokens usually another (RFC 6750); keys are shown as the service wants them. */
export function presentationFor(
  kind: Credential['kind'],
  service: Service | null,
  wanted: { readonly header: string | null; readonly scheme: string | null },
): Presentation {
  if (kind === 'basic') return { header: 'Authorization', scheme: 'Basic' };
  const known = kind === 'key' && service !== null ? service.verify : { header: 'authorization', scheme: 'Bearer' };
  const header = wanted.header ?? known.header;
  const usual = header.toLowerCase() === known.header ? known.scheme : null;
  const scheme = wanted.scheme ?? usual;
  return { header: spelled(header), scheme: scheme === '' ? null : scheme };
}

export function linesOf(credential: Credential, { header, scheme }: Presentation): HeaderLine[] {
  const value = credential.kind === 'basic' ? base64(`${credential.user}:${credential.password}`) : credential.value;
  return [[header, scheme === null ? value : `${scheme} ${value}`]];
}

/** The same lines with another key, token or pair in the place of the credential. */
export function linesWith(value: string, { header, scheme }: Presentation): HeaderLine[] {
  const shown = scheme?.toLowerCase() === 'basic' ? base64(value) : value;
  return [[header, scheme === null ? shown : `${scheme} ${shown}`]];
}

/** Nobody's key, user name and password. */
export function wrongLines({ header, scheme }: Presentation): HeaderLine[] {
  return linesWith(scheme?.toLowerCase() === 'basic' ? WRONG_PAIR : WRONG_KEY, { header, scheme });
}

/** The scheme without anything behind it, or a header without value. */
export function emptyLines({ header, scheme }: Presentation): HeaderLine[] {
  if (scheme?.toLowerCase() === 'basic') return [[header, `${scheme} ${base64(':')}`]];
  return [[header, scheme ?? '']];
}

/** A wrong credential of a kind that the service does not take. */
export function strangeLines({ scheme }: Presentation): HeaderLine[] {
  const basic = scheme?.toLowerCase() === 'basic';
  return [['Authorization', basic ? `Bearer ${WRONG_KEY}` : `Basic ${base64(WRONG_PAIR)}`]];
}

/** Names and schemes are the same in any case (RFC 9110 §5.1, §11.1): the wrong key stays wrong. */
export function shoutedLines(presentation: Presentation): HeaderLine[] {
  return wrongLines({ header: presentation.header, scheme: presentation.scheme?.toUpperCase() ?? null }).map(
    ([name, value]) => [name.toUpperCase(), value],
  );
}

/** Every form in which the credential, or most of it, may come back. */
export function secretsOf(credential: Credential): string[] {
  if (credential.kind !== 'basic') return [credential.value, encodeURIComponent(credential.value)];
  const pair = `${credential.user}:${credential.password}`;
  return [credential.password, pair, base64(pair), encodeURIComponent(credential.password)];
}

const WRONG_PAIR = `postern:${WRONG_KEY}`;

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function spelled(header: string): string {
  return header.toLowerCase().replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
