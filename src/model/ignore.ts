/** A comment in a file that sets findings aside. */
export interface IgnoreComment {
  readonly file: string;
  /** Of the comment. */
  readonly line: number;
  /** Lines whose findings it sets aside: its own, or the next that says something. */
  readonly covers: number;
  /** Empty: all of them. */
  readonly rules: readonly string[];
  readonly reason: string;
}
