import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { ReceivedRequest } from '../../fixtures/lab/stand-in.ts';
import { portOf } from './http-peer.ts';

/** A wire-tap: passes on every byte between the scanner and a server, and remembers what the scanner said. */
export interface Tap {
  readonly port: number;
  /** Connections accepted so far. */
  readonly accepted: () => number;
  /** The requests that went through, in the order of the connections. */
  readonly received: () => readonly ReceivedRequest[];
}

export async function tapInto(t: TestContext, serverPort: number): Promise<Tap> {
  const sockets = new Set<Socket>();
  const heard: Buffer[][] = [];
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = connect({ host: '127.0.0.1', port: serverPort, allowHalfOpen: true, noDelay: true });
    const chunks: Buffer[] = [];
    heard.push(chunks);
    keep(client);
    keep(upstream);
    client.on('data', (chunk: Buffer) => chunks.push(chunk));
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.resetAndDestroy());
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: portOf(server),
    accepted: () => heard.length,
    received: () => heard.flatMap((chunks) => requestsIn(Buffer.concat(chunks).toString('latin1'))),
  };
}

/** First byte of a TLS record that holds a handshake (RFC 8446, section 5.1): that is no HTTP. */
const TLS_HANDSHAKE = '\x16';

/** The requests on one connection: ours have a length or no body, never chunks (RFC 9112, section 6.3). */
function requestsIn(text: string): ReceivedRequest[] {
  if (text === '' || text.startsWith(TLS_HANDSHAKE)) return [];
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) throw new Error(`not a whole request: ${JSON.stringify(text)}`);
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const line = /^([A-Z]+) (\S+) HTTP\/1\.1$/.exec(first);
  if (line === null) throw new Error(`not a request line: ${JSON.stringify(first)}`);
  const headers = Object.fromEntries(
    lines.map((header) => {
      const colon = header.indexOf(':');
      return [header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim()];
    }),
  );
  const length = Number(headers['content-length'] ?? 0);
  const body = text.slice(end + 4, end + 4 + length);
  const request = { method: line[1] ?? '', path: line[2] ?? '', headers, body };
  return [request, ...requestsIn(text.slice(end + 4 + length))];
}
