import type { ResultDocument } from '../model/result.ts';
import { UsageError } from '../model/trouble.ts';
import { readSavedResult } from '../report/saved-result.ts';
import type { System } from '../system/ports.ts';

const MAX_RESULT_BYTES = 512 * 1_048_576;

/** A result from a file, or from standard input for `-`. `said`: how errors call the argument. @throws UsageError */
export async function openSavedResult(path: string, said: string, system: System): Promise<ResultDocument> {
  const read =
    path === '-' ? await system.terminal.stdin(MAX_RESULT_BYTES) : await system.files.read(path, MAX_RESULT_BYTES);
  const name = `${said} ${path === '-' ? 'standard input' : path}`;
  if (read.status === 'failed') throw new UsageError(`${name}: ${read.reason}`);
  return readSavedResult(read.text, name);
}
