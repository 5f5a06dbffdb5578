/**
 * The user's input was wrong: one clear line (what, where, what was expected), exit 2.
 * Anything else that is thrown is a fault of ours, exit 4.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
