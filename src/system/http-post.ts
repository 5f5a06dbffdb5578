import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { Post, PostOutcome } from './ports.ts';

/** The one place from which something is sent that no service file declares: to where the user said, and nowhere else. */
export const httpPost: Post = ({ target, headers, body }, { timeoutMs, signal }) =>
  new Promise<PostOutcome>((resolve) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const fail = (error: NodeJS.ErrnoException): void => {
      const timedOut = limit.aborted && !signal.aborted;
      resolve({ status: 'failed', reason: timedOut ? `no answer within ${timeoutMs / 1000} s` : reasonOf(error) });
    };
    const send = target.url.startsWith('https:') ? tlsRequest : plainRequest;
    const sent = send(
      target.url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        agent: false,
        signal: limit,
        maxHeaderSize: 16_384,
      },
      (response) => {
        const { statusCode = 0, headers: answered } = response;
        const wait = /^\d{1,6}$/.exec(answered['retry-after'] ?? '');
        // What it has to say is not read.
        response.destroy();
        resolve({ status: 'answered', code: statusCode, retryAfterSeconds: wait ? Number(wait[0]) : null });
      },
    );
    sent.on('error', fail);
    sent.end(body);
  });

function reasonOf({ name, code, message }: NodeJS.ErrnoException): string {
  if (name === 'AbortError') return 'interrupted';
  return code ?? message;
}
