import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { answerTo } from '../../fixtures/lab/answers.ts';
import { NOT_FOUND, reply } from '../../fixtures/lab/stand-in.ts';
import type { Asked, Heard } from './replay.ts';
import { type Door, doorsOf } from './street.ts';

/*
 * One of several processes that stand in for AI endpoints, `stand-ins.ts ADDRESSES NTH OF`: serves every OF-th door.
 * Says `ready`, then answers every message with what its doors were asked since the last.
 */
const [addresses = 0, nth = 0, of = 1] = process.argv.slice(2).map(Number);
const heard: Heard[] = [];

async function serve({ address, port, routes }: Door): Promise<void> {
  const mine: Heard = { address, port, connections: [] };
  heard.push(mine);
  const asked = new WeakMap<Socket, Asked[]>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const { method = '', url: path = '', headers, rawHeaders } = request;
      asked.get(request.socket)?.push({ method, path, headers: rawHeaders, body });
      reply(response, answerTo(routes, { method, path, headers }) ?? NOT_FOUND);
    });
  });
  server.on('connection', (socket) => {
    const requests: Asked[] = [];
    asked.set(socket, requests);
    mine.connections.push(requests);
  });
  await once(server.listen({ host: address, port }), 'listening');
}

for (const [n, door] of doorsOf(addresses).entries()) if (n % of === nth) await serve(door);
process.on('message', () => {
  process.send?.(heard);
  for (const { connections } of heard) connections.length = 0;
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
