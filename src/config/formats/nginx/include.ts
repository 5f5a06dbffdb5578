import { namePattern } from '../../source/name-pattern.ts';
import type { SourceText } from '../../source/source-text.ts';
import type { ReadContext } from '../format.ts';
import { type Directive, parseNginx, type Trouble } from './syntax.ts';

/** Where packages keep nginx's configuration; in a repository its folder stands for it. */
const INSTALLED =
  /^\/(etc\/nginx|usr\/local\/openresty\/nginx\/conf|usr\/local\/nginx\/conf|opt\/[\w-]+\/nginx\/conf)\//;
const MOST_FILES = 100;
const DEEPEST = 8;

export interface Expanded {
  readonly directives: readonly Directive[];
  readonly troubles: readonly Trouble[];
  readonly templated: boolean;
  /** Some file of them may hold a regular expression. */
  readonly patterned: boolean;
}

/** Puts included files in the place of `include`; one that is not in the tree stays as it is written. */
export async function expandIncludes(source: SourceText, context: ReadContext): Promise<Expanded> {
  const parsed = parseNginx(source);
  const expansion = new Expansion(source.file, context);
  const directives = await expansion.expand(parsed.directives, source.file, [source.file]);
  return {
    directives,
    troubles: [...parsed.troubles, ...expansion.troubles],
    templated: parsed.templated || expansion.templated,
    patterned: source.text.includes('~') || expansion.patterned,
  };
}

class Expansion {
  readonly troubles: Trouble[] = [];
  templated = false;
  patterned = false;
  readonly #main: string;
  readonly #context: ReadContext;
  #files = 0;

  constructor(main: string, context: ReadContext) {
    this.#main = main;
    this.#context = context;
  }

  async expand(
    directives: readonly Directive[],
    file: string,
    stack: readonly string[],
  ): Promise<readonly Directive[]> {
    const out: Directive[] = [];
    for (const directive of directives) {
      if (directive.name === 'include') out.push(...(await this.#include(directive, file, stack)));
      else if (directive.block && directive.block.length > 0) {
        out.push({ ...directive, block: await this.expand(directive.block, file, stack) });
      } else out.push(directive);
    }
    return out;
  }

  async #include(directive: Directive, file: string, stack: readonly string[]): Promise<readonly Directive[]> {
    const path = directive.args[0]?.text ?? '';
    if (path === '' || stack.length > DEEPEST || this.#files >= MOST_FILES) return [directive];
    const found = await this.#find(path, file);
    if (found.length === 0) return [directive];
    const out: Directive[] = [];
    for (const source of found) {
      if (stack.includes(source.file)) {
        this.troubles.push({ span: directive.span, what: `includes itself by way of ${source.file}` });
        continue;
      }
      this.#files += 1;
      const parsed = parseNginx(source);
      this.troubles.push(...parsed.troubles);
      this.templated ||= parsed.templated;
      this.patterned ||= source.text.includes('~');
      out.push(...(await this.expand(parsed.directives, source.file, [...stack, source.file])));
    }
    return out;
  }

  /** nginx resolves against the folder of its main file; fragments in repositories are written beside each other. */
  async #find(path: string, file: string): Promise<readonly SourceText[]> {
    const relative = path.replace(INSTALLED, '');
    if (relative.startsWith('/')) return [];
    for (const from of new Set([this.#main, file])) {
      // Where nginx itself would look, a name alone is nothing: `*.conf` would be the file that includes it.
      const beside = INSTALLED.test(from) ? [] : [basename(relative)];
      for (const candidate of [relative, ...(relative === path ? [] : [`../${relative}`, ...beside])]) {
        const matched = await this.#match(candidate, from);
        // Looked for where it is not written, a file does not find itself: `conf.d/*.conf` beside `nginx.conf`.
        const found =
          candidate === relative ? matched : matched.filter((one) => one.file !== file && one.file !== this.#main);
        if (found.length > 0) return found;
      }
    }
    return [];
  }

  async #match(path: string, from: string): Promise<readonly SourceText[]> {
    if (!/[*?[]/.test(path)) {
      const source = await this.#context.neighbour(path, from);
      return source ? [source] : [];
    }
    const directory = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
    const names = /[*?[]/.test(directory) ? null : await this.#context.neighbours(directory, from);
    const wanted = namePattern(basename(path));
    const found: SourceText[] = [];
    for (const name of [...(names ?? [])]
      .filter((one) => wanted(one))
      .sort()
      .slice(0, MOST_FILES)) {
      const source = await this.#context.neighbour(`${directory}/${name}`, from);
      if (source) found.push(source);
    }
    return found;
  }
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
