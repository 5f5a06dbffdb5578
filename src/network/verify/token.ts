/*
 * What a bearer token is made of, as far as it can be seen from outside.
 */

export type Token =
  /** RFC 7519: three parts of base64url. */
  | {
      readonly form: 'jwt';
      readonly header: Readonly<Record<string, unknown>>;
      readonly claims: Readonly<Record<string, unknown>>;
      readonly parts: readonly [header: string, payload: string, signature: string];
      /** Seconds since 1970, or null where the token does not say. */
      readonly expiry: number | null;
    }
  /** `user:expiry:hmac`, the expiry in seconds since 1970. */
  | {
      readonly form: 'signed-triple';
      readonly user: string;
      readonly expiry: number;
      readonly signature: string;
    }
  | { readonly form: 'opaque' };

export function readToken(text: string): Token {
  return readJwt(text) ?? readTriple(text) ?? { form: 'opaque' };
}

function readJwt(text: string): Token | null {
  const [head = '', payload = '', signature = '', ...more] = text.split('.');
  const shape = /^[A-Za-z0-9_-]+$/;
  if (more.length > 0 || ![head, payload, signature].every((part) => shape.test(part))) return null;
  const header = objectIn(head);
  const claims = objectIn(payload);
  if (header === null || claims === null || typeof header.alg !== 'string') return null;
  const expiry = typeof claims.exp === 'number' && Number.isFinite(claims.exp) ? claims.exp : null;
  return { form: 'jwt', header, claims, parts: [head, payload, signature], expiry };
}

/** Read from the end, because user names may hold colons. */
function readTriple(text: string): Token | null {
  const parts = /^(.+):(\d{9,11}):([A-Za-z0-9+/_-]{16,}={0,2})$/.exec(text);
  if (!parts) return null;
  return { form: 'signed-triple', user: parts[1] ?? '', expiry: Number(parts[2]), signature: parts[3] ?? '' };
}

function objectIn(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
