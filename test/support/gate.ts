import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { TestContext } from 'node:test';
import { answerTo, type Route } from '../../fixtures/lab/answers.ts';
import type { ReceivedRequest } from '../../fixtures/lab/stand-in.ts';
import { portOf } from './http-peer.ts';

export interface Gate {
  readonly port: number;
  readonly received: readonly ReceivedRequest[];
}

/**
 * A gate of a few lines before recorded answers. `lets` sees every Authorization line, joined by `, `, and the path as
 * it came; behind it the path is read as lenient servers do.
 */
export async function startGate(
  t: TestContext,
  routes: readonly Route[],
  lets: (shown: string, path: string, headers: IncomingHttpHeaders) => boolean,
): Promise<Gate> {
  const received: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers, rawHeaders } = request;
      const asked = { method, path, headers, body: Buffer.concat(chunks).toString() };
      received.push(asked);
      const shown = rawHeaders.filter((_, at) => rawHeaders[at - 1]?.toLowerCase() === 'authorization' && at % 2 === 1);
      const answer = lets(shown.join(', '), path, headers) ? answerTo(routes, { ...asked, path: lenient(path) }) : null;
      if (answer) response.writeHead(answer.status, [...answer.headers].flat() as string[]).end(answer.body);
      else response.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end('no');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port: portOf(server), received };
}

function lenient(path: string): string {
  const [bare = '', query] = path.split('?');
  const plain = bare.replace(/^\/+/, '/').toLowerCase();
  return query === undefined ? plain : `${plain}?${query}`;
}
