import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/*
 * A scan of many live AI endpoints, played by several processes in a network namespace of their own, beside a bare
 * loop of node:http that sends the same requests over as many sockets to the same doors:
 * `npm run bench -- endpoints [ROUNDS] [ADDRESSES,…]`, 16 endpoints to an address; `endpoints 3 16,64,256` goes up to 4,096.
 */
export async function bench(): Promise<void> {
  const inside = fileURLToPath(new URL('./endpoints/inside.ts', import.meta.url));
  const command = `ip link set lo up; ulimit -n 20000; exec "$0" --import tsx "$@"`;
  const child = spawn('unshare', ['-rn', 'sh', '-ec', command, process.execPath, inside, ...process.argv.slice(3)], {
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  process.exitCode = code ?? 1;
}
