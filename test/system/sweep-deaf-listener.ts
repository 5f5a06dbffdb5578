import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

/** Its queue holds one connection more than this (net/core sk_acceptq_is_full); what comes after is dropped. */
const BACKLOG = 1;

const PROGRAM = `
  const server = require('node:net').createServer((socket) => socket.on('error', () => {}));
  server.listen({ host: '127.0.0.1', port: 0, backlog: ${BACKLOG} }, () => console.log(server.address().port));
`;

/** A loopback port on which the kernel drops every SYN, as a packet filter would: nobody takes from its full queue. */
export interface DeafListener {
  readonly port: number;
  /** Takes the waiting connections, so that the next SYN is answered. */
  wake(): void;
  close(): Promise<void>;
}

export async function startDeafListener(): Promise<DeafListener> {
  const child = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
  // Stopped as it is, it would outlive a test that fails.
  process.once('exit', () => child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  const port = Number(String(line));
  assert(port > 0);
  child.kill('SIGSTOP');
  const fillers = await Promise.all(
    Array.from({ length: BACKLOG + 1 }, async () => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.on('error', () => {});
      await once(socket, 'connect');
      return socket;
    }),
  );

  return {
    port,
    wake: () => {
      child.kill('SIGCONT');
    },
    async close() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      for (const socket of fillers) socket.destroy();
      await exited;
    },
  };
}
