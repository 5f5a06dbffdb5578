import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CommandRun } from './command.ts';

/** The program as it is installed; `npm run build` makes what it loads. */
export const POSTERN = fileURLToPath(new URL('../../bin/postern.js', import.meta.url));

/** A process that does not outlive the test. Nothing is read of what it says until `finished` is asked for. */
export interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  /** Exit code, or null when a signal ended it, with all that was said. */
  finished(): Promise<Omit<CommandRun, 'code'> & { readonly code: number | null }>;
}

export function startChild(
  t: TestContext,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Child {
  const child = spawn(program, args, { env: { ...process.env, ...env } });
  const closed = once(child, 'close');
  t.after(async () => {
    child.kill('SIGKILL');
    child.stdout.resume();
    child.stderr.resume();
    await closed;
  });
  child.stdin.on('error', () => undefined);
  return {
    process: child,
    async finished() {
      const [out, err] = [textOf(child.stdout), textOf(child.stderr)];
      const [code] = (await closed) as [number | null];
      return { code, out: await out, err: await err };
    },
  };
}

export function startPostern(
  t: TestContext,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Child {
  return startChild(t, process.execPath, [POSTERN, ...args], env);
}

/** Runs it to its end, with something on standard input or nothing. */
export function runPostern(t: TestContext, args: readonly string[], input = '') {
  const child = startPostern(t, args);
  child.process.stdin.end(input);
  return child.finished();
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
