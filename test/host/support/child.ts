import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { ReceivedRequest } from '../../../fixtures/lab/stand-in.ts';
import { type CommandRun, postern } from '../../support/command.ts';
import { compiled } from '../../support/compiled.ts';
import type { ServerTask } from './server.ts';

/** What is run in a network namespace of its own; given in `POSTERN_TEST_CHECK`, reported on standard output. */
export interface ChildTask {
  readonly servers: readonly ServerTask[];
  /** Command lines, one after the other. */
  readonly runs: readonly (readonly string[])[];
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
    execArgv: [],
    env: { ...process.env, ...task.env, POSTERN_TEST_SERVER: JSON.stringify(task) },
  });
  await once(child, 'message');
  return child;
}

async function receivedBy(child: ChildProcess): Promise<readonly ReceivedRequest[]> {
  const answer = once(child, 'message');
  child.send('received');
  const [{ received }] = (await answer) as [{ received: readonly ReceivedRequest[] }];
  return received;
}

async function run({ servers, runs }: ChildTask): Promise<ChildReport> {
  const children = await Promise.all(servers.map(start));
  const done: CommandRun[] = [];
  try {
    for (const args of runs) done.push(await postern(args));
    return { runs: done, received: await Promise.all(children.map(receivedBy)) };
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

const report = await run(JSON.parse(process.env.POSTERN_TEST_CHECK ?? ''));
process.stdout.write(JSON.stringify(report), () => process.exit());
