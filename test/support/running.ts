import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A port of 127.0.0.1 on which nobody listened a moment ago. */
export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

/**
 * So many different ones, from below those that systems give to whoever asks for any: a server that another test starts
 * in the meantime must not be the one that this test waits for.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

const LOWEST = 12_000;
/** Where Linux begins to give ports away; others begin at 49,152 (RFC 6335, section 6). */
const HIGHEST = 32_768;

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  const taken = await once(server, 'listening').catch((error: unknown) => error);
  if (taken instanceof Error) return false;
  await once(server.close(), 'close');
  return true;
}

/** A folder that goes away with the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'postern-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/**
 * Runs a server, and whatever it starts itself, until the test ends; resolves once it accepts connections on every one
 * of the ports.
 */
export async function startServer(
  t: TestContext,
  program: string,
  args: readonly string[],
  ports: readonly number[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const child = spawn(program, args, {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
    detached: true,
  });
  const exit = once(child, 'exit');
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk).slice(-2000);
  });
  const kill = (): void => killGroup(child);
  process.once('exit', kill);
  t.after(async () => {
    kill();
    await exit;
    process.off('exit', kill);
  });
  for (const port of ports) {
    while (!(await accepts(port))) {
      if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}: ${said}`);
    }
  }
}

/** Asks until the server answers with something else than an error of its own; some accept before they can. */
export async function untilReady(url: string): Promise<void> {
  while (!(await answers(url))) await pause();
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // All of it has ended already.
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    // Some accept a first connection long before they can answer, and then never do.
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    await pause();
    return false;
  } finally {
    socket.destroy();
  }
}

/** Not up yet: the next try waits a moment, so as not to keep the processor from it. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
