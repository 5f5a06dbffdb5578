import type { TestContext } from 'node:test';
import { postern } from '../../support/command.ts';
import { temporaryFolder } from '../../support/running.ts';
import { type TreeFile, writeTree } from './machine-tree.ts';
import { type CheckJson, resultOf } from './namespace.ts';

/*
 * A tree that stands for a machine, and what a check says of it.
 */

export const LOOPBACK = '0100007F';
export const EVERYWHERE = '00000000';
export const CONTAINER = 'c0ffee'.repeat(10).padEnd(64, '0');

const uid = process.getuid?.() ?? 0;
export const gid = process.getgid?.() ?? 0;
/** Whoever runs the tests owns the files. */
export const owner = uid === 0 ? 'root' : 'tester';

export const PASSWD = [
  'root:x:0:0:root:/root:/bin/bash',
  'ollama:x:998:998::/usr/share/ollama:/bin/false',
  'alice:x:1000:1000::/home/alice:/bin/bash',
  ...(uid === 0 ? [] : [`tester:x:${uid}:${gid}::/home/tester:/bin/bash`]),
].join('\n');
const GROUP = ['root:x:0:', 'ssl-cert:x:110:', ...(gid === 0 ? [] : [`tester:x:${gid}:`])].join('\n');

export function machine(t: TestContext, files: Readonly<Record<string, TreeFile>>): string {
  const root = temporaryFolder(t);
  writeTree(root, { 'etc/passwd': PASSWD, 'etc/group': GROUP, ...files });
  return root;
}

export async function check(
  root: string,
  ...args: readonly string[]
): Promise<{ result: CheckJson; err: string; code: number }> {
  const run = await postern(['check', '--root', root, '--format', 'json', ...args]);
  return { result: resultOf(run), err: run.err, code: run.code };
}

export const found = (result: CheckJson, rule: string): readonly string[] =>
  result.findings
    .filter((finding) => finding.rule === rule)
    .map(({ location, message }) => `${location.file ?? `${location.host}:${location.port}`} ${message}`);

export const OLLAMA = {
  pid: 100,
  argv: ['/usr/local/bin/ollama', 'serve'],
  env: { OLLAMA_HOST: '127.0.0.1', HOME: '/usr/share/ollama' },
  uid: 998,
  cgroup: '0::/system.slice/ollama.service',
  holds: [5001],
};
