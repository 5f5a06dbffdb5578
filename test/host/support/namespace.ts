import { execFile } from 'node:child_process';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ResultJson } from '../../../src/report/contract.ts';
import { requireProgram } from '../../support/program.ts';
import { parseResult } from '../../support/scan.ts';
import type { ChildReport, ChildTask } from './child.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

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
  const command = `exec '${process.execPath}' --import tsx '${CHILD}'`;
  const { stdout } = await promisify(execFile)(unshare, ['-rn', 'sh', '-ec', [...setup, command].join('\n')], {
    env: { ...process.env, POSTERN_TEST_CHECK: JSON.stringify(task) },
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
