import { directoryOf, resolveFrom } from '../source/paths.ts';
import type { DeclaredProcess, DeclaredSetting } from './declarations.ts';
import { known } from './value.ts';

/**
 * Settings of each process: its own, and those of settings files that it mounts or that its command names
 * (`--config ./litellm.yaml`). What came from a file comes first, so that the process's own words win.
 */
export function settingsByProcess(
  settings: readonly DeclaredSetting[],
  processes: readonly DeclaredProcess[],
): ReadonlyMap<string, readonly DeclaredSetting[]> {
  const own = grouped(settings, ({ process }) => process);
  const files = grouped(settings, ({ value }) => value.span.file);
  const found = new Map<string, readonly DeclaredSetting[]>();
  for (const process of processes) {
    const mine = own.get(process.id) ?? [];
    const read = filesOf(process, files).flatMap((file) => files.get(file) ?? []);
    if (mine.length + read.length > 0) found.set(process.id, [...read.filter((one) => !mine.includes(one)), ...mine]);
  }
  return found;
}

function grouped(
  settings: readonly DeclaredSetting[],
  key: (setting: DeclaredSetting) => string | null,
): ReadonlyMap<string, DeclaredSetting[]> {
  const groups = new Map<string, DeclaredSetting[]>();
  for (const setting of settings) {
    const name = key(setting);
    if (name === null) continue;
    const group = groups.get(name);
    if (group) group.push(setting);
    else groups.set(name, [setting]);
  }
  return groups;
}

/** Files with settings that the process gets to see: mounted one by one or by their folder, or named among its words. */
function filesOf(process: DeclaredProcess, files: ReadonlyMap<string, unknown>): readonly string[] {
  if (files.size === 0) return [];
  const from = process.span.file;
  const mounted = process.mounts.flatMap(({ source }) => path(known(source), from) ?? []);
  const words = [...(process.argv ?? []), ...(process.args ?? [])];
  const named = words.flatMap((word) => {
    const text = known(word)?.replace(/^-{1,2}[\w-]+=/, '');
    return text && /\.(ya?ml|json[c5]?|toml|conf|ini|py)$/i.test(text) ? (path(text, from) ?? []) : [];
  });
  return [...files.keys()].filter(
    (file) =>
      file !== from && (named.includes(file) || mounted.some((one) => file === one || directoryOf(file) === one)),
  );
}

/** A named volume is no path. */
function path(text: string | undefined, from: string): string | null {
  return text !== undefined && /[./]/.test(text) ? resolveFrom(from, text) : null;
}
