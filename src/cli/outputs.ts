import { didYouMean } from '../model/nearest.ts';
import type { ResultDocument } from '../model/result.ts';
import { UsageError } from '../model/trouble.ts';
import { FORMATS, type Format, REPORTERS } from '../report/formats.ts';
import { toView } from '../report/view.ts';
import type { System, Text } from '../system/ports.ts';
import type { ScanArguments } from './scan-arguments.ts';

export interface Outputs {
  /** Files and standard output; false when a file could not be written. */
  write(document: ResultDocument): Promise<boolean>;
  writeFiles(document: ResultDocument): Promise<boolean>;
}

/** Checks what was asked for before anything is dialled. `replaced`: reporters of this command's own. @throws UsageError */
export async function openOutputs(
  args: Pick<ScanArguments, 'format' | 'output' | 'all'>,
  system: System,
  replaced: Partial<typeof REPORTERS> = {},
): Promise<Outputs> {
  const printed = args.format === undefined ? 'table' : format(args.format, '--format');
  const files = (args.output ?? []).map((text) => {
    const equals = text.indexOf('=');
    if (equals < 1 || equals === text.length - 1)
      throw new UsageError(`--output ${text}: expected FORMAT=FILE, such as json=run.json`);
    return { format: format(text.slice(0, equals), '--output'), path: text.slice(equals + 1) };
  });
  for (const { path } of files) {
    const directory = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) || '/' : '.';
    if (!(await system.files.exists(directory)))
      throw new UsageError(`--output ${path}: the directory ${directory} does not exist`);
  }

  const render = async (document: ResultDocument, wanted: Format, toTerminal: boolean): Promise<Text> => {
    const reporter = await (replaced[wanted] ?? REPORTERS[wanted])();
    const { terminal } = system;
    const options = {
      columns: toTerminal ? terminal.columns : 120,
      colour: toTerminal && terminal.colour,
      links: toTerminal && terminal.links,
      all: args.all === true,
    };
    const view = toView(document);
    return reporter.pieces?.(view) ?? reporter(view, options);
  };
  const writeFiles = async (document: ResultDocument): Promise<boolean> => {
    let all = true;
    for (const { format: wanted, path } of files) {
      try {
        await system.files.write(path, await render(document, wanted, false));
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === undefined) throw error;
        all = false;
        // What was learned must not be lost with the file: standard output still gets it below.
        system.terminal.err(`postern: --output ${path}: could not be written (${code})\n`);
      }
    }
    return all;
  };
  return {
    writeFiles,
    async write(document) {
      const written = await writeFiles(document);
      await system.terminal.out(await render(document, printed, true));
      return written;
    },
  };
}

function format(text: string, option: string): Format {
  const known = FORMATS.find((name) => name === text);
  if (known === undefined)
    throw new UsageError(`${option} ${text}: expected one of ${FORMATS.join(', ')}${didYouMean(text, FORMATS)}`);
  return known;
}
