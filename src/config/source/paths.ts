import { posix } from 'node:path';

/** `../.env` seen from `deploy/compose.yml` is `.env`; null when it is absolute or leaves where the program was started. */
export function resolveFrom(file: string, path: string): string | null {
  return resolveIn(posix.dirname(file), path);
}

/** The same, from a directory. */
export function resolveIn(directory: string, path: string): string | null {
  if (path === '' || path.includes('\0')) return null;
  const slashes = path.replaceAll('\\', '/');
  if (slashes.startsWith('~')) return null;
  if (posix.isAbsolute(slashes)) return posix.isAbsolute(directory) ? normalized(slashes) : null;
  return normalized(posix.join(directory, slashes));
}

/** A folder is the same folder with a slash behind its name. */
function normalized(path: string): string {
  return posix.normalize(path).replace(/(?<=.)\/$/, '');
}

export function joinPath(directory: string, name: string): string {
  return directory === '.' ? name : posix.join(directory, name);
}

/** Where `cd` and `WORKDIR` lead, as written: what begins with a variable is taken to be a whole path. Empty: nobody can tell. */
export function changedDirectory(from: string, to: string | undefined): string {
  if (to === undefined || to === '') return '';
  const path = posix.isAbsolute(to) || /^[~$]/.test(to) ? posix.normalize(to) : posix.join(from, to);
  return path.length > LONGEST_PATH ? '' : path;
}

/** PATH_MAX of Linux. */
const LONGEST_PATH = 4_096;

/** Whether a path is the directory itself or below it. */
export function isWithin(directory: string, path: string): boolean {
  if (directory === '.') return !path.startsWith('../') && path !== '..' && !posix.isAbsolute(path);
  return path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}

export function directoryOf(path: string): string {
  return posix.dirname(path);
}

export function baseName(path: string): string {
  return posix.basename(path);
}

const EXAMPLE = /(^|[._-])(examples?|samples?|template|tmpl|tpl|j2|dist)([._-]|$)|(^|[._-])env[._-]defaults?$/i;

/** A file that shows what to write and is not used as it is. */
export function isExample(path: string): boolean {
  return EXAMPLE.test(baseName(path));
}

export function isDockerfile(path: string): boolean {
  return /(docker|container)file/i.test(baseName(path));
}
