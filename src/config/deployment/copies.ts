import { baseName, directoryOf, resolveIn } from '../source/paths.ts';
import type { FileReference } from './declarations.ts';
import type { Value } from './value.ts';

/** Folders whose scripts are run from the one around them. What a pipeline or a development container does is no deployment. */
const OF_SCRIPTS = /^(scripts?|bin|tools?|hack|setup|install)$/i;
/** `$ROOT/`, `"$(dirname "$0")"/`, `$PSScriptRoot\`, `%~dp0`: a folder of the project, most likely. */
const SOME_FOLDER = /^(?:(?:\$\{?[\w:]+\}?|\$\((?:[^()]|\([^()]*\))*\))[\\/]|%~dp0)/;

/**
 * What scripts copy (`cp .env.example .env`), as paths from where the program was started: seen from the script's own
 * folder or, where there is no such file, from the one around a folder of scripts.
 */
export function copiesIn(
  references: readonly FileReference[],
  isThere: (path: string) => boolean,
): readonly { readonly from: string; readonly to: string }[] {
  return references.flatMap(({ role, path, target, span }) => {
    if (role !== 'copy-of' || !target) return [];
    const [start, end] = [within(path), within(target)];
    if (start === null || end === null || start.folder !== end.folder) return [];
    const copies = foldersFor(span.file.split('\0')[0] ?? '').flatMap((folder) => {
      const [from, to] = [resolveIn(folder, start.path), resolveIn(folder, end.path)];
      return from === null || to === null ? [] : [{ from, to }];
    });
    return copies.find(({ from }) => isThere(from)) ?? copies[0] ?? [];
  });
}

/** The script's own folder, and what is around it as long as it holds nothing but scripts. */
function foldersFor(script: string): readonly string[] {
  const folder = directoryOf(script);
  return OF_SCRIPTS.test(baseName(folder)) ? [folder, ...foldersFor(folder)] : [folder];
}

/** A path with the folder that is put in front of it elsewhere taken off. */
function within({ kind, text }: Value): { readonly folder: string; readonly path: string } | null {
  const [folder = ''] = SOME_FOLDER.exec(text) ?? [];
  const path = text.slice(folder.length);
  return kind === 'unresolved' && (folder === '' || /[$`%]/.test(path))
    ? null
    : { folder: folder.replace(/[{}]/g, ''), path };
}
