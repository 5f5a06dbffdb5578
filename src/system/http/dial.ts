import { connect, type Socket } from 'node:net';
import type { AdmittedTarget } from '../../model/target.ts';
import { type Fault, fault, faultOf } from './fault.ts';
import { onAbort } from './interruption.ts';

export type Dialled =
  | { readonly status: 'ok'; readonly socket: Socket }
  | { readonly status: 'failed'; readonly fault: Fault };

/** Opens one TCP connection to the pinned address; never looks a name up. */
export function dial(target: AdmittedTarget, timeoutMs: number, signal: AbortSignal): Promise<Dialled> {
  if (signal.aborted) return Promise.resolve({ status: 'failed', fault: fault('cancelled', 'interrupted') });
  return new Promise((resolve) => {
    const socket = connect({ host: target.address, port: target.port, noDelay: true });
    const settle = (result: Dialled): void => {
      clearTimeout(timer);
      forget();
      if (result.status === 'failed') socket.destroy();
      resolve(result);
    };
    const fail = (why: Fault): void => settle({ status: 'failed', fault: why });
    const cancel = (): void => fail(fault('cancelled', 'interrupted'));
    const timer = setTimeout(() => fail(fault('timeout', `no connection within ${timeoutMs} ms`)), timeoutMs);
    const forget = onAbort(signal, cancel);
    socket.on('error', (error) => fail(faultOf(error)));
    socket.once('connect', () => settle({ status: 'ok', socket }));
  });
}
