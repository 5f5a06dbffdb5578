import type { SourceText } from '../../source/source-text.ts';
import type { ReadContext } from '../format.ts';
import type { Placement } from './words.ts';

/** A file that a script reads into itself: its text, and where that stands. */
export interface Sourced {
  readonly text: string;
  readonly place: Placement;
}

const SOURCING =
  /(?:^|[\s;&|])(?:source|\.)[ \t]+(["']?)([^\s"';&|()]+(?:\$\([^)]*\)[^\s"';&|]*)?)\1|(?<![\w./-])([\w./-]{0,255}\.env[\w.-]{0,64})[^\n]*\|[ \t]*xargs/gm;
const MOST = 20;

/** Files that a script reads into itself, opened beforehand so that the script can be followed without waiting. */
export async function sourcedFiles(
  source: SourceText,
  context: ReadContext,
): Promise<(path: string) => Sourced | undefined> {
  const found = new Map<string, Sourced>();
  const paths = new Set(
    [...source.text.matchAll(SOURCING)].map((match) => plainPath(assigned(match[2] ?? match[3] ?? '', source.text))),
  );
  for (const path of [...paths].slice(0, MOST)) {
    const text = path === '' ? null : await context.neighbour(path);
    if (text) found.set(path, { text: text.text, place: { file: text.file, offset: (inner) => inner } });
  }
  return (path) => found.get(plainPath(path));
}

/** `source "$ENV_FILE"`: what the script sets that to, `${1:-…}` being what it says where it is told nothing. */
function assigned(path: string, text: string): string {
  const [, name] = /^\$\{?(\w+)\}?$/.exec(path) ?? [];
  if (name === undefined) return path;
  const [, value = ''] =
    new RegExp(`^[ \\t]*(?:(?:export|local|readonly)[ \\t]+)?${name}=(\\S.*)$`, 'm').exec(text) ?? [];
  return value.trimEnd().replace(/^(["']?)\$\{\w+:?-(.*)\}\1$/, '$2');
}

/** `"$SCRIPT_DIR/.env"` and `$(dirname "$0")/.env` are taken to mean the script's own directory. */
function plainPath(path: string): string {
  return path.replace(/^["']?(\$\{?\w+\}?|\$\([^)]*\)|~)\//, '').replace(/["']$/, '');
}
