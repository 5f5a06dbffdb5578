import { groupBy } from '../../model/group-by.ts';
import type { Span } from '../../model/span.ts';
import { directoryOf, resolveFrom } from '../source/paths.ts';
import type { DeclaredProcess, DeclaredSetting } from './declarations.ts';
import { outsideOf } from './given-files.ts';
import { known } from './value.ts';

/** What settings files say of a process, and those it reads that nobody has seen. */
export interface Configured {
  readonly config: readonly DeclaredSetting[];
  readonly unseenConfig: readonly Span[];
  /** Settings files of the tree that it reads. */
  readonly read: readonly string[];
}

/**
 * Settings of each process: its own, and those of settings files that it mounts or that its command names
 * (`--config ./litellm.yaml`). What came from a file comes first, so that the process's own words win.
 */
export function configured(
  settings: readonly DeclaredSetting[],
  processes: readonly DeclaredProcess[],
): ReadonlyMap<string, Configured> {
  const own = groupBy(settings, ({ process }) => process);
  const files = groupBy(settings, ({ value }) => value.span.file);
  const inside = groupBy(files.keys(), directoryOf);
  const order = new Map([...files.keys()].map((file, place) => [file, place]));
  return new Map(
    processes.map((process) => {
      const mine = own.get(process.id) ?? [];
      const named = filesOf(process);
      const seen = new Set(
        named.flatMap(({ path }) => [...(files.has(path) ? [path] : []), ...(inside.get(path) ?? [])]),
      );
      seen.delete(process.span.file);
      const read = [...seen].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
      const told = read.flatMap((file) => files.get(file) ?? []).filter((one) => !mine.includes(one));
      const unseen = named.filter(({ path, isConfig }) => isConfig && !read.some((file) => holds(path, file)));
      return [process.id, { config: [...told, ...mine], unseenConfig: unseen.map(({ span }) => span), read }];
    }),
  );
}

interface NamedFile {
  readonly path: string;
  readonly span: Span;
  /** A name that settings have. */
  readonly isConfig: boolean;
}

/** Files that the process gets to see: mounted one by one or by their folder, or named among its words. */
function filesOf(process: DeclaredProcess): readonly NamedFile[] {
  const from = process.span.file;
  const mounted = process.mounts.map(({ source, span }) => ({ text: known(source), span, config: MOUNTED_CONFIG }));
  const words = [...(process.argv ?? []), ...(process.args ?? [])].flatMap((word) => {
    const text = known(word)?.replace(/^-{1,2}[\w-]+=/, '');
    return text && /\.(ya?ml|json[c5]?|toml|conf|ini|py)$/i.test(text) ? [{ text, span: word.span, config: /$^/ }] : [];
  });
  return [...mounted, ...words].flatMap(({ text, span, config }) => {
    const path = resolved(text, from);
    // `--config /app/conf/a.yaml` with `.` mounted as `/app`.
    const paths = path === null ? outsideOf(text ?? '', process) : [path];
    return paths.map((one) => ({ path: one, span, isConfig: config.test(one) }));
  });
}

/** A word of a command may name a file of the container; what is mounted is the machine's. */
const MOUNTED_CONFIG = /\.(?:ya?ml|json[c5]?|toml|conf|ini|cfg|xml|properties)$|(?:^|\/)(?:conf|config|configs|etc)$/i;

function holds(path: string, file: string): boolean {
  return file === path || directoryOf(file) === path;
}

/** A named volume is no path. */
function resolved(text: string | undefined, from: string): string | null {
  return text !== undefined && /[./]/.test(text) ? resolveFrom(from, text) : null;
}
