import { execFile } from 'node:child_process';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import type { ResultJson } from '../../../src/report/contract.ts';
import { compiled } from '../../support/compiled.ts';
import { requireProgram } from '../../support/program.ts';
import { temporaryFolder } from '../../support/running.ts';
import { parseResult } from '../../support/scan.ts';
import type { ChildReport, ChildTask } from './child.ts';
import { writeTree } from './machine-tree.ts';

const CHILD = compiled('host/support/child');

/** Loopback, and a cable to nowhere with an IPv4 and an IPv6 address: a host on two networks. */
export const LAN = [
  'ip link set lo up',
  'ip link add eth0 type veth peer name eth1',
  'ip link set eth1 up',
  'ip addr add 192.168.77.5/24 dev eth0',
  'ip addr add fd00:77::5/64 dev eth0 nodad',
  'ip link set eth0 up',
];

export interface NamespaceTask extends ChildTask {
  /** Shell lines run first, in the namespace. */
  readonly setup?: readonly string[];
}

/** Runs servers and command lines in a network namespace of their own; null when this system has none to give. */
export async function inNamespace(
  t: TestContext,
  { setup = LAN, ...task }: NamespaceTask,
): Promise<ChildReport | null> {
  const unshare = requireProgram(t, 'unshare');
  if (unshare === null || requireProgram(t, 'ip') === null) return null;
  // Without the settings and keys of the machine that the tests run on: its kernel, and nothing else of it.
  const bare = temporaryFolder(t);
  writeTree(bare, { proc: { link: '/proc' }, 'etc/passwd': 'root:x:0:0::/root:/bin/sh\n' });
  const runs = task.runs.map((args) =>
    args.includes('--root') ? args : [...args, '--root', bare, ...(args.includes('--config') ? [] : ['--no-config'])],
  );
  const command = `exec '${process.execPath}' '${CHILD}'`;
  const { stdout } = await promisify(execFile)(unshare, ['-rn', 'sh', '-ec', [...setup, command].join('\n')], {
    env: { ...process.env, POSTERN_TEST_CHECK: JSON.stringify({ ...task, runs }) },
    maxBuffer: 64 << 20,
    timeout: 120_000,
  });
  return JSON.parse(stdout);
}

export type CheckJson = ResultJson & { readonly host: NonNullable<ResultJson['host']> };

/** The result of a run with `--format json`, held against the schema. */
export function resultOf(run: ChildReport['runs'][number] | undefined): CheckJson {
  if (run === undefined || !run.out.startsWith('{')) throw new Error(`no result: ${run?.err}${run?.out}`);
  const result = parseResult(run.out);
  if (result.host === undefined) throw new Error('nothing is said of the host');
  return result as CheckJson;
}
