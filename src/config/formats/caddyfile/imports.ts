import type { SourceText } from '../../source/source-text.ts';
import type { ReadContext } from '../format.ts';
import type { Token } from './lexer.ts';
import { parseCaddyfile, type Segment, type Trouble } from './syntax.ts';

const DEEPEST = 10;
const MOST_SEGMENTS = 20_000;
const MOST_FILES = 100;

export interface Imported {
  readonly segments: readonly Segment[];
  readonly troubles: readonly Trouble[];
}

/** Puts snippets and files in the place of `import`; what is not among the files stays as it is written. */
export async function expandImports(source: SourceText, context: ReadContext): Promise<Imported> {
  const { segments, troubles } = parseCaddyfile(source);
  const imports = new Imports(context);
  imports.troubles.push(...troubles);
  const expanded = await imports.top(segments);
  return { segments: expanded, troubles: imports.troubles };
}

class Imports {
  readonly troubles: Trouble[] = [];
  readonly #context: ReadContext;
  readonly #snippets = new Map<string, readonly Segment[]>();
  #made = 0;
  #files = 0;

  constructor(context: ReadContext) {
    this.#context = context;
  }

  async top(segments: readonly Segment[]): Promise<readonly Segment[]> {
    this.#collect(segments);
    return this.expand(segments, []);
  }

  #collect(segments: readonly Segment[]): void {
    for (const { name, block } of segments) {
      const snippet = /^&?\(([^)]+)\)$/.exec(name.text)?.[1];
      if (snippet !== undefined && block) this.#snippets.set(snippet, block);
    }
  }

  async expand(segments: readonly Segment[], stack: readonly string[]): Promise<readonly Segment[]> {
    const out: Segment[] = [];
    for (const segment of segments) {
      this.#made += 1;
      if (this.#made > MOST_SEGMENTS) return out;
      if (/^&?\(/.test(segment.name.text) && segment.block) continue;
      if (segment.name.text === 'import' && segment.args[0]) out.push(...(await this.#import(segment, stack)));
      else if (segment.name.text === 'invoke' && segment.args[0]) out.push(...(await this.#import(segment, stack)));
      else out.push(segment.block ? { ...segment, block: await this.expand(segment.block, stack) } : segment);
    }
    return out;
  }

  async #import(segment: Segment, stack: readonly string[]): Promise<readonly Segment[]> {
    const [target, ...args] = segment.args;
    if (!target) return [segment];
    const key = `${target.span.file}:${target.text}`;
    if (stack.includes(key) || stack.length >= DEEPEST) {
      this.troubles.push({ span: segment.span, what: 'imports itself' });
      return [];
    }
    const snippet = this.#snippets.get(target.text);
    const inner = [...stack, key];
    if (snippet) return this.expand(withArguments(snippet, args), inner);
    const sources = await this.#files_(target);
    if (sources.length === 0) return [segment];
    const out: Segment[] = [];
    for (const source of sources) {
      const parsed = parseCaddyfile(source);
      this.troubles.push(...parsed.troubles);
      this.#collect(parsed.segments);
      out.push(...(await this.expand(withArguments(parsed.segments, args), inner)));
    }
    return out;
  }

  async #files_(target: Token): Promise<readonly SourceText[]> {
    const path = target.text.replace(/^\/(etc|config)\/caddy\//, '');
    if (path.startsWith('/') || target.unknown !== null || this.#files >= MOST_FILES) return [];
    if (!path.includes('*')) {
      const source = await this.#context.neighbour(path, target.span.file);
      this.#files += source ? 1 : 0;
      return source ? [source] : [];
    }
    const slash = path.lastIndexOf('/');
    const folder = slash === -1 ? '.' : path.slice(0, slash);
    const [before = '', after = ''] = path.slice(slash + 1).split('*', 2);
    const names = folder.includes('*') ? [] : ((await this.#context.neighbours(folder, target.span.file)) ?? []);
    const found: SourceText[] = [];
    for (const name of [...names].filter((one) => one.startsWith(before) && one.endsWith(after)).sort()) {
      if (this.#files >= MOST_FILES) break;
      const source = await this.#context.neighbour(`${folder}/${name}`, target.span.file);
      if (!source || source.file === target.span.file) continue;
      this.#files += 1;
      found.push(source);
    }
    return found;
  }
}

const ARGUMENT = /\{args(?:\[(\d+)\]|\.(\d+))\}/g;

function withArguments(segments: readonly Segment[], args: readonly Token[]): readonly Segment[] {
  return segments.map((segment) => ({
    ...segment,
    name: withArgument(segment.name, args)[0] ?? segment.name,
    args: segment.args.flatMap((token) => withArgument(token, args)),
    block: segment.block && withArguments(segment.block, args),
  }));
}

/** What an argument brings in stands where it was given. */
function withArgument(token: Token, args: readonly Token[]): readonly Token[] {
  if (!token.text.includes('{args')) return [token];
  if (/^\{args(\[:\]|\.\*)\}$/.test(token.text))
    return args.map((given) => ({ ...given, via: [...given.via, token.span] }));
  const whole = /^\{args(?:\[(\d+)\]|\.(\d+))\}$/.exec(token.text);
  const given = whole ? args[Number(whole[1] ?? whole[2])] : undefined;
  if (given) return [{ ...given, quoted: true, via: [...given.via, token.span] }];
  const via = [...token.via];
  let unknown = token.unknown;
  const text = token.text.replaceAll(ARGUMENT, (match, bracketed: string | undefined, dotted: string | undefined) => {
    const argument = args[Number(bracketed ?? dotted)];
    if (!argument) return match;
    via.push(argument.span);
    unknown ??= argument.unknown;
    return argument.text;
  });
  return [{ ...token, text, via, unknown }];
}
