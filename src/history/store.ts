import type { ResultDocument } from '../model/result.ts';
import type { Files, Text } from '../system/ports.ts';

/*
 * Kept runs: one file each, written whole or not at all, never changed. Names sort by time and hold a random part,
 * so two runs at once need no lock.
 */

export interface RunStore {
  readonly directory: string;
  /** Makes the place for runs. @throws the error of the file system. */
  prepare(): Promise<void>;
  /** Names of kept runs, oldest first. */
  names(): Promise<readonly string[]>;
  /** The text of a run, or why it cannot be had. */
  read(name: string): ReturnType<Files['read']>;
  /** @returns the path. @throws the error of the file system. */
  save(document: ResultDocument, text: Text): Promise<string>;
  /** Removes the oldest runs of a command but for so many. */
  prune(command: string, keep: number): Promise<void>;
}

const MAX_RUN_BYTES = 512 * 1_048_576;

/** `20261121T071542118Z-scan-1a2b3c4d.json`; temporary files end otherwise. */
const RUN_NAME = /^\d{8}T\d{9}Z-([a-z]+)-[0-9a-f]{8}\.json$/;

export function openRunStore(directory: string, files: Files, random: () => number): RunStore {
  const runs = `${directory}/runs`;
  const names = async (): Promise<string[]> =>
    ((await files.list(runs)) ?? []).filter((name) => RUN_NAME.test(name)).sort();
  return {
    directory,
    prepare: () => files.makeDirectory(runs),
    names,
    read: (name) => files.read(`${runs}/${name}`, MAX_RUN_BYTES),
    async save(document, text) {
      const stamp = new Date(document.startedAt).toISOString().replace(/[-:.]/g, '');
      const path = `${runs}/${stamp}-${document.command}-${random().toString(16).padStart(8, '0')}.json`;
      await files.write(path, text, 'private');
      return path;
    },
    async prune(command, keep) {
      const own = (await names()).filter((name) => RUN_NAME.exec(name)?.[1] === command);
      for (const name of own.slice(0, Math.max(own.length - keep, 0))) await files.remove(`${runs}/${name}`);
    },
  };
}

/**
 * Where state is kept unless told otherwise (XDG Base Directory Specification): null when the environment names no
 * home. A relative path is to be ignored.
 */
export function defaultStateDirectory(env: Readonly<Record<string, string | undefined>>): string | null {
  const { XDG_STATE_HOME: state = '', HOME: home = '' } = env;
  if (state.startsWith('/')) return `${state}/postern`;
  return home.startsWith('/') ? `${home}/.local/state/postern` : null;
}
