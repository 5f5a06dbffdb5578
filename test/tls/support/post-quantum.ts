import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { compiled } from '../../support/compiled.ts';

/** Servers of what the OpenSSL of Node 20 cannot do. @param wishes `GROUPS:KEY[:mutual|:issued]` */
export async function postQuantumServers(t: TestContext, program: string, wishes: readonly string[]) {
  const child = spawn(program, [compiled('tls/support/post-quantum-server'), ...wishes], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const served = JSON.parse(line) as { port: number; pem: string }[];
  return served.map((one, index) => ({ ...one, wish: wishes[index] ?? '' }));
}
