let crypto: typeof import('node:crypto') | undefined;

/**
 * SHA-256 of UTF-8 text, lower-case hex. `node:crypto` is loaded when it is asked for: that takes a tenth of what Node
 * itself takes to start, and a run that finds nothing names nothing.
 */
export function sha256(text: string): string {
  crypto ??= process.getBuiltinModule('node:crypto');
  return crypto.hash('sha256', text);
}
