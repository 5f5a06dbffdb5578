declare const redacted: unique symbol;

/** Text from a peer with everything that could be a secret taken out. Only `redact` makes it. */
export type RedactedText = string & { readonly [redacted]: true };

/** Long unbroken runs of key-like characters; words and versions are shorter. */
const TOKEN_LIKE = /[A-Za-z0-9+/_=-]{24,}/g;
const KEY_PREFIX = /\b(?:sk|pk|hf|ghp|gho|xox[abp]|AKIA|glpat|tok)[-_][A-Za-z0-9._-]{6,}/g;
const CREDENTIAL = /\b(bearer|basic|token|password|secret|api[-_ ]?key)(["']?\s*[:=]?\s*["']?)([^\s"',;}]{4,})/gi;
const USERINFO = /(\/\/)[^/@\s]+@/g;

/** Cuts to `limit` characters and masks what looks like a credential. */
export function redact(text: string, limit = 120): RedactedText {
  const masked = text
    .slice(0, limit * 4)
    .replace(USERINFO, '$1***@')
    .replace(CREDENTIAL, '$1$2***')
    .replace(KEY_PREFIX, '***')
    .replace(TOKEN_LIKE, '***');
  const cut = masked.length > limit ? `${masked.slice(0, limit - 1)}…` : masked;
  return cut as RedactedText;
}
