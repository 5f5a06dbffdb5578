import type { Ignore } from 'ignore';
import type { Files } from '../system/ports.ts';
import { mayBeConfig } from './formats/formats.ts';
import { isWithin, joinPath } from './source/paths.ts';

/*
 * Which files there are to read. Directories are walked in order of their names, links are not followed into other
 * directories, and what is passed over for a reason is said.
 */

export interface TreeRequest {
  /** Files and directories as the user wrote them, `/` between parts. */
  readonly paths: readonly string[];
  /** Patterns as in `.gitignore`. */
  readonly exclude: readonly string[];
  readonly useGitignore: boolean;
  readonly maxFiles: number;
}

export interface TreeTrouble {
  readonly path: string;
  readonly what: string;
}

export interface Tree {
  readonly files: readonly TreeFile[];
  readonly troubles: readonly TreeTrouble[];
}

export interface TreeFile {
  readonly path: string;
  /** Named by the user, so that not recognising it is worth a word. */
  readonly named: boolean;
  /** Nothing outside of it is read on this file's behalf. */
  readonly boundary: string;
}

/** Never deployment files of this project, and large. */
const SKIPPED = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  '.venv',
  'venv',
  '__pycache__',
  '.tox',
  '.mypy_cache',
  '.terraform',
]);
const DEEPEST = 64;

type Patterns = readonly { readonly base: string; readonly rules: Ignore }[];

export async function gatherTree(request: TreeRequest, files: Files): Promise<Tree> {
  const walk = new Walk(request, files);
  for (const path of request.paths) await walk.start(path);
  return { files: walk.found, troubles: walk.troubles };
}

class Walk {
  readonly found: TreeFile[] = [];
  readonly troubles: TreeTrouble[] = [];
  readonly #request: TreeRequest;
  readonly #files: Files;
  readonly #seen = new Set<string>();
  #full = false;

  constructor(request: TreeRequest, files: Files) {
    this.#request = request;
    this.#files = files;
  }

  async start(path: string): Promise<void> {
    const look = await this.#files.look(path);
    if (look === null) {
      this.#trouble(path, 'does not exist or cannot be read');
      return;
    }
    if (look.kind === 'directory') {
      const patterns = await this.#patterns(path, []);
      const boundary = isWithin('.', path) ? '.' : path;
      await this.#directory(path, { boundary, real: look.realPath, patterns, depth: 0 });
    } else if (look.kind === 'file')
      this.#take(path, { named: true, boundary: isWithin('.', path) ? '.' : parent(path) });
    else this.#trouble(path, 'is neither a file nor a directory');
  }

  async #directory(
    path: string,
    at: { boundary: string; real: string; patterns: Patterns; depth: number },
  ): Promise<void> {
    const entries = await this.#files.entries(path);
    if (entries === null) {
      this.#trouble(path, 'cannot be read');
      return;
    }
    if (at.depth > DEEPEST) {
      this.#trouble(path, `lies deeper than ${DEEPEST} directories`);
      return;
    }
    const hasIgnore = this.#request.useGitignore && at.depth > 0 && entries.some(({ name }) => name === '.gitignore');
    const patterns = hasIgnore ? await this.#patterns(path, at.patterns) : at.patterns;
    const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    for (const { name, kind } of sorted) {
      if (this.#full) return;
      const child = joinPath(path, name);
      if (kind === 'directory') {
        if (SKIPPED.has(name) || ignored(patterns, `${child}/`)) continue;
        await this.#directory(child, { ...at, patterns, depth: at.depth + 1 });
      } else if (kind === 'file') {
        if (mayBeConfig(child) && !ignored(patterns, child)) this.#take(child, { named: false, boundary: at.boundary });
      } else if (kind === 'link' && !ignored(patterns, child)) await this.#link(child, at);
    }
  }

  /** A link to a file of the tree is the file's other name; one that leads out is not followed. */
  async #link(path: string, at: { boundary: string; real: string }): Promise<void> {
    const look = await this.#files.look(path);
    if (look === null) {
      if (mayBeConfig(path)) this.#trouble(path, 'is a link that leads nowhere or in circles');
    } else if (!isWithin(at.real, look.realPath)) {
      if (look.kind === 'directory' || mayBeConfig(path)) this.#trouble(path, 'is a link that leads out of the tree');
    }
  }

  #take(path: string, { named, boundary }: { named: boolean; boundary: string }): void {
    if (this.#seen.has(path)) return;
    if (this.found.length >= this.#request.maxFiles) {
      this.#full = true;
      this.#trouble(path, `and what comes after it was not read: more than ${this.#request.maxFiles} files`);
      return;
    }
    this.#seen.add(path);
    this.found.push({ path, named, boundary });
  }

  async #patterns(directory: string, above: Patterns): Promise<Patterns> {
    const file = this.#request.useGitignore
      ? await this.#files.readBytes(joinPath(directory, '.gitignore'), 262_144)
      : null;
    const own = file?.status === 'ok' ? [new TextDecoder().decode(file.bytes)] : [];
    const excluded = above.length === 0 ? this.#request.exclude : [];
    if (own.length === 0 && excluded.length === 0) return above;
    const { default: ignore } = await import('ignore');
    const made = [...own, ...excluded].map((text) => ({ base: directory, rules: ignore().add(text) }));
    return [...above, ...made];
  }

  #trouble(path: string, what: string): void {
    this.troubles.push({ path, what });
  }
}

function ignored(patterns: Patterns, path: string): boolean {
  return patterns.some(({ base, rules }) => {
    const below = base === '.' ? path.replace(/^\.\//, '') : path.slice(base.length + (base.endsWith('/') ? 0 : 1));
    return below !== '' && !below.startsWith('/') && rules.ignores(below);
  });
}

function parent(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}
