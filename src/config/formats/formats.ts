import { CODE_FORMATS } from './code-formats.ts';
import type { ConfigFormat } from './format.ts';
import { SERVER_FORMATS } from './servers.ts';
import { STACK_FORMATS } from './stack.ts';

/** A format that is read. A new one is a folder and a line here; its reader is imported when such a file is met. */
export interface FormatEntry {
  readonly id: string;
  /** Paths that may hold it, `/` between their parts. Only these are opened. */
  readonly path: RegExp;
  /** What the text must show as well; without it the name is enough. Sees the first 64 KiB, and the path. */
  readonly text?: (text: string, path: string) => boolean;
  load(): Promise<ConfigFormat>;
}

/** The first that fits reads the file, so what is recognised by its name stands before what needs a look inside. */
export const CONFIG_FORMATS: readonly FormatEntry[] = [...STACK_FORMATS, ...SERVER_FORMATS, ...CODE_FORMATS];

const HEAD = 65_536;

/** The format of a file, by its name and what stands in it; null when it is none that is read. */
export function recognise(path: string, text: string): FormatEntry | null {
  const start = text.startsWith('\uFEFF') ? 1 : 0;
  const head = start > 0 || text.length > HEAD ? text.slice(start, HEAD) : text;
  return CONFIG_FORMATS.find((format) => format.path.test(path) && (format.text?.(head, path) ?? true)) ?? null;
}

/** Whether a file is worth opening. */
export function mayBeConfig(path: string): boolean {
  return CONFIG_FORMATS.some((format) => format.path.test(path));
}
