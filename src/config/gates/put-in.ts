const CARRIES_CREDENTIALS = /^(authorization|(x-)?(\w+-)?api-?key|x-auth-token)$/i;

/** Whether a header that a proxy adds for a caller who showed nothing lets that caller in further back. */
export function isCredential(header: string, value: string): boolean {
  const secret = value
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .replace(/^(bearer|basic|token)\b/i, '');
  return CARRIES_CREDENTIALS.test(header) && secret.trim() !== '';
}
