import { spawnSync } from 'node:child_process';

/** Runs a program on some text; its complaints when it is not content, otherwise what it printed. */
export function validated(
  program: string,
  args: readonly string[],
  input: string,
): { ok: boolean; out: string; err: string } {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1_048_576,
  });
  if (error) throw error;
  return { ok: status === 0, out: stdout, err: stderr };
}
