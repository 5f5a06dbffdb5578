import { fileURLToPath } from 'node:url';
import { UsageError } from '../model/trouble.ts';
import type { System } from '../system/ports.ts';
import type { CommandContext, ExitCode } from './context.ts';
import { CONFIG_FILE, KITS, type Kit, type KitFile, type KitName } from './init/kits.ts';

export interface InitArguments {
  readonly ci?: readonly KitName[];
  readonly directory?: string;
  readonly force?: boolean;
}

/** They ship with the program. */
const TEMPLATES = new URL('../../deploy/', import.meta.url);
const MAX_TEMPLATE_BYTES = 65_536;

/** Writes all files or, where one is there already, none. @throws UsageError */
export async function runInit(args: InitArguments, { system }: CommandContext): Promise<ExitCode> {
  const { ci = [], directory = '.', force = false } = args;
  const kits = [...new Set(ci)].map((name): Kit => KITS[name]);
  const wanted = [CONFIG_FILE, ...kits.flatMap(({ files }) => files)];
  const files = await Promise.all(wanted.map((file) => place(file, directory, system)));
  const there = files.filter(({ exists }) => exists).map(({ path }) => path);
  if (there.length > 0 && !force)
    throw new UsageError(
      `init: ${there.join(', ')} ${there.length > 1 ? 'are' : 'is'} there already; nothing was written (--force replaces)`,
    );
  for (const { path, text } of files) await write(path, text, system);
  const lines = [...files.map(({ path }) => `wrote ${path}`), ...kits.map(({ next }) => `next: ${next}`)];
  await system.terminal.out(`${lines.join('\n')}\n`);
  return 0;
}

async function place({ from, to }: KitFile, directory: string, { files }: System) {
  const path = directory === '.' ? to : `${directory.replace(/\/+$/, '')}/${to}`;
  const template = await files.read(fileURLToPath(new URL(from, TEMPLATES)), MAX_TEMPLATE_BYTES);
  if (template.status === 'failed') throw new Error(`deploy/${from}: ${template.reason}`);
  return { path, text: template.text, exists: await files.exists(path) };
}

/** @throws UsageError */
async function write(path: string, text: string, { files }: System): Promise<void> {
  try {
    const folder = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    if (folder !== '' && !(await files.exists(folder))) await files.makeDirectory(folder, 'shared');
    await files.write(path, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UsageError(`init: ${path} could not be written (${code})`);
  }
}
