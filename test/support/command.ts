import { main } from '../../src/cli/main.ts';
import { nodeClock } from '../../src/system/node-clock.ts';
import { nodeFiles } from '../../src/system/node-files.ts';
import { nodeHost } from '../../src/system/node-host.ts';
import type { System } from '../../src/system/ports.ts';

export interface CommandRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line in this process against the real system, with a terminal that remembers. */
export async function postern(
  args: readonly string[],
  changes: Partial<System> & { readonly input?: string; readonly stderrIsTty?: boolean } = {},
): Promise<CommandRun> {
  let out = '';
  let err = '';
  const { input = '', stderrIsTty = false, ...replaced } = changes;
  const system: System = {
    clock: nodeClock,
    files: nodeFiles,
    host: nodeHost,
    env: {},
    interrupt: new AbortController().signal,
    network: async () => (await import('../../src/system/node-network.ts')).nodeNetwork,
    terminal: {
      stdoutIsTty: false,
      stderrIsTty,
      columns: 100,
      colour: false,
      links: false,
      stdin: async () => ({ status: 'ok', text: input }),
      out: async (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    },
    ...replaced,
  };
  const code = await main(args, system);
  return { code, out, err };
}
