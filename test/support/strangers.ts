import { request } from 'node:http';
import type { TestContext } from 'node:test';
import type { GateState } from '../../src/config/deployment/declarations.ts';
import { CALLERS, type Caller, callerHeader, callerSecret } from '../../src/config/gates/caller.ts';
import { httpPeer } from './http-peer.ts';

/*
 * The callers on which a reader tries what a file says, sent to the program that runs the file.
 */

const REACHED = 'x-upstream-was-reached';

/** An upstream that marks what it answers. */
export async function markedUpstream(t: TestContext): Promise<number> {
  const { port } = await httpPeer(t, (_, response) => response.setHeader(REACHED, 'yes').end('ok'));
  return port;
}

/** What a route's gate turns out to be when every caller is sent through it. */
export async function observedGate(port: number, path: string, host = 'localhost'): Promise<GateState> {
  const passing = new Set<Caller['method']>();
  for (const caller of CALLERS) if (await reaches(caller, port, path, host)) passing.add(caller.method);
  if (passing.size === 2) return 'off';
  return passing.size === 0 ? 'on' : 'partial';
}

function reaches(caller: Caller, port: number, path: string, host: string): Promise<boolean> {
  const sent = ['authorization', 'x-api-key', 'api-key'].flatMap((name) => {
    const value = callerHeader(caller, name);
    return value ? [[name, value] as const] : [];
  });
  const secret = callerSecret(caller);
  const headers = { host, ...Object.fromEntries(sent), ...(secret ? { cookie: `session=${secret}` } : {}) };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path, method: caller.method, headers, agent: false },
      (answer) => {
        answer.resume().once('end', () => resolve(answer.headers[REACHED] === 'yes'));
      },
    );
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      // nginx closes without an answer (444); Caddy's abort likewise.
      if (error.code === 'ECONNRESET') resolve(false);
      else reject(error);
    });
    outgoing.end();
  });
}
