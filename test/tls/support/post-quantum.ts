import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

/** Servers of what the OpenSSL of Node 20 cannot do. @param wishes `GROUPS:KEY` */
export async function postQuantumServers(t: TestContext, program: string, wishes: readonly string[]) {
  const script = fileURLToPath(new URL('./support/post-quantum-server.ts', import.meta.url));
  const child = spawn(program, [script, ...wishes], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const served = JSON.parse(line.toString()) as { port: number; pem: string }[];
  return served.map((one, index) => ({ ...one, wish: wishes[index] ?? '' }));
}
