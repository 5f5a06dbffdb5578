import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReceivedRequest } from '../../../fixtures/lab/stand-in.ts';
import { type CommandRun, postern } from '../../support/command.ts';
import { compiled } from '../../support/compiled.ts';
import type { ServerTask } from './server.ts';

/** What is run in a network namespace of its own; given in `POSTERN_TEST_CHECK`, reported on standard output. */
export interface ChildTask {
  readonly servers: readonly ServerTask[];
  /** Command lines, one after the other. */
  readonly runs: readonly (readonly string[])[];
  /** Standard error is a terminal. */
  readonly tty?: boolean;
}

export interface ChildReport {
  readonly runs: readonly CommandRun[];
  /** What each server was asked, in the order of the task. */
  readonly received: readonly (readonly ReceivedRequest[])[];
}

const SERVER = compiled('host/support/server');

async function start(task: ServerTask): Promise<ChildProcess> {
  // A title may be as long as the arguments it is written over.
  const child = fork(SERVER, [' '.repeat(400)], {
    ...(task.contained
      ? { execPath: 'nsenter', execArgv: ['-t', process.env.CONTAINER ?? '', '-n', process.execPath] }
      : { execArgv: [] }),
    env: { ...process.env, ...task.env, POSTERN_TEST_SERVER: JSON.stringify(task) },
  });
  await once(child, 'message');
  if (task.unit !== undefined) placeIn(task.unit, child.pid ?? 0);
  return child;
}

/** Only systemd makes such control groups; in a mount namespace of our own /proc may say so. */
function placeIn(unit: string, pid: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'postern-test-'));
  writeFileSync(join(folder, 'cgroup'), `0::/system.slice/${unit}\n`);
  execFileSync('mount', ['--bind', join(folder, 'cgroup'), `/proc/${pid}/cgroup`]);
  rmSync(folder, { recursive: true });
}

async function receivedBy(child: ChildProcess): Promise<readonly ReceivedRequest[]> {
  const answer = once(child, 'message');
  child.send('received');
  const [{ received }] = (await answer) as [{ received: readonly ReceivedRequest[] }];
  return received;
}

async function run({ servers, runs, tty = false }: ChildTask): Promise<ChildReport> {
  const children = await Promise.all(servers.map(start));
  const done: CommandRun[] = [];
  try {
    for (const args of runs) done.push(await postern(args, { stderrIsTty: tty }));
    return { runs: done, received: await Promise.all(children.map(receivedBy)) };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    if (process.env.CONTAINER) process.kill(Number(process.env.CONTAINER), 'SIGKILL');
  }
}

const report = await run(JSON.parse(process.env.POSTERN_TEST_CHECK ?? ''));
process.stdout.write(JSON.stringify(report), () => process.exit());
