import type { Severity } from '../model/rule.ts';

/** Everything that `postern lint` was asked to do. */
export interface LintRequest {
  /** Files and directories, `/` between parts. */
  readonly paths: readonly string[];
  readonly exclude: readonly string[];
  readonly useGitignore: boolean;
  /** A text that is read as if it stood in a file of that name; null: files are. */
  readonly given: { readonly path: string; readonly text: string } | null;
  readonly pedantic: boolean;
  /** False: comments that set findings aside are passed over. */
  readonly useIgnores: boolean;
  readonly failOn: Severity;
  readonly maxFiles: number;
}

export const LINT_DEFAULTS = {
  paths: ['.'],
  failOn: 'medium',
  maxFiles: 20_000,
} as const satisfies Partial<Record<keyof LintRequest, unknown>>;
