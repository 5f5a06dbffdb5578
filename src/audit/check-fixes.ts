import type { FoundKeyFile } from '../host/keys/gather-key-files.ts';
import type { Machine } from '../system/machine.ts';

/** A mode that is to be changed, or why it is not. */
export type KeyFix =
  | { readonly status: 'planned'; readonly path: string; readonly from: number; readonly to: number }
  | { readonly status: 'refused'; readonly path: string; readonly why: string };

/** Takes access away from everybody, and from nobody else: what owner and group may do stays. What is not in effect is left alone. */
export function planFixes(found: readonly FoundKeyFile[]): KeyFix[] {
  return found.flatMap(({ facts, usedBy, idle }): KeyFix[] => {
    const from = Number.parseInt(facts.mode, 8);
    if ((from & 0o007) === 0 || idle !== null) return [];
    const { path, owner, group } = facts;
    // Whoever reads it by everybody's leave would be locked out.
    const stranger = usedBy.find(({ user }) => user !== 'root' && user !== owner && user !== group);
    if (stranger)
      return [
        {
          status: 'refused',
          path,
          why: `${stranger.user} reads it as everybody may (${stranger.by}): give it a group that this account is in first (chgrp, chmod 640)`,
        },
      ];
    return [{ status: 'planned', path, from, to: from & ~0o007 }];
  });
}

export interface Mending {
  /** False: show what would be done. */
  readonly apply: boolean;
  /** Called with each line before anything is done about it. */
  say(line: string): void;
}

/** Shows what is to be changed, changes it, and gives the key files as they are then. */
export async function mendKeyFiles(
  found: readonly FoundKeyFile[],
  machine: Machine,
  { apply, say }: Mending,
): Promise<readonly FoundKeyFile[]> {
  const fixes = planFixes(found);
  if (fixes.length === 0) say('no key file lets everybody in: nothing to fix');
  for (const fix of fixes)
    say(
      fix.status === 'planned'
        ? `chmod ${octal(fix.to)} ${fix.path}  (was ${octal(fix.from)})`
        : `left alone: ${fix.path}: ${fix.why}`,
    );
  if (!apply) return found;
  const done = new Map<string, number>();
  for (const fix of fixes) {
    const failure = await applyFix(fix, machine);
    if (failure !== null) say(`${fix.path}: not changed: ${failure}`);
    else if (fix.status === 'planned') done.set(fix.path, fix.to);
  }
  return found.map((file) => {
    const mode = done.get(file.facts.path);
    return mode === undefined ? file : { ...file, facts: { ...file.facts, mode: octal(mode), worldReadable: false } };
  });
}

/** Carries out what was planned. A file that changed since it was looked at is left alone. */
async function applyFix(fix: KeyFix, machine: Machine): Promise<string | null> {
  if (fix.status === 'refused') return null;
  const now = await machine.status(fix.path);
  if (now?.kind !== 'file' || now.mode !== fix.from) return 'it changed in the meantime';
  try {
    await machine.setMode(fix.path, fix.to);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return `not permitted (${code})`;
  }
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
