import type { Files } from '../system/ports.ts';
import type { ClientSwitch } from './deployment/declarations.ts';
import { known } from './deployment/value.ts';
import { resolveFrom } from './source/paths.ts';

/** Files of authorities that settings name beside themselves and that are not there; of paths elsewhere nothing is said. */
export async function missingFiles(clients: readonly ClientSwitch[], files: Files): Promise<ReadonlySet<string>> {
  const missing = new Set<string>();
  for (const { caFile, value } of clients) {
    const path = known(caFile);
    if (path === undefined || !/^\.{1,2}\//.test(path)) continue;
    const target = resolveFrom(value.span.file, path);
    if (target !== null && !target.startsWith('../') && !(await files.exists(target)))
      missing.add(`${value.span.file}\n${path}`);
  }
  return missing;
}
