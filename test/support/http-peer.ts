import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { DeclaredRequest, ExchangeOutcome, HttpResponse, RequestSpec } from '../../src/model/exchange.ts';
import type { AdmittedTarget } from '../../src/model/target.ts';
import { openEndpoint } from '../../src/system/http/opening.ts';
import type { Conversation, Opening, OpeningOptions } from '../../src/system/ports.ts';

/** A listener on loopback that a test made; gone when the test ends. */
export interface Peer {
  readonly port: number;
  /** Connections accepted so far. */
  readonly accepted: () => number;
  /** Connections that are still there. */
  readonly held: () => number;
}

/** Speaks whatever the test wants on a bare socket. */
export function rawPeer(t: TestContext, onConnection: (socket: Socket, nth: number) => void): Promise<Peer> {
  return listening(t, createServer({ noDelay: true }), 'connection', onConnection);
}

/** Sends the given bytes after the first bytes of each connection, then ends it. */
export function answeringPeer(t: TestContext, answer: string | Uint8Array): Promise<Peer> {
  return rawPeer(t, (socket) => socket.once('data', () => socket.end(answer, 'latin1')));
}

/** Does something else to the second request of the first connection; all others are answered with `ok`. */
export function ficklePeer(t: TestContext, act: (socket: Socket) => void): Promise<Peer> {
  return rawPeer(t, (socket, nth) => {
    let requests = 0;
    socket.on('data', () => {
      if (nth === 1 && ++requests === 2) act(socket);
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  });
}

export function tlsPeer(t: TestContext, options: TlsOptions, onSecure: (socket: Socket) => void): Promise<Peer> {
  return listening(t, createTlsServer(options), 'secureConnection', onSecure);
}

export function httpPeer(t: TestContext, listener: RequestListener): Promise<Peer> {
  return listening(t, createHttpServer({ keepAlive: true }, listener), 'connection', () => undefined);
}

async function listening(
  t: TestContext,
  server: Server,
  event: string,
  onSocket: (socket: Socket, nth: number) => void,
): Promise<Peer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  server.on('connection', (socket: Socket) => {
    accepted++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on(event, (socket: Socket) => {
    socket.on('error', () => undefined);
    onSocket(socket, accepted);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: portOf(server), accepted: () => accepted, held: () => sockets.size };
}

export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP listener');
  return address.port;
}

/** A loopback target; only tests make one without the scope check. */
export function loopbackTarget(port: number, more: Partial<AdmittedTarget> = {}): AdmittedTarget {
  return { host: '127.0.0.1', address: '127.0.0.1', port, basePath: '', ...more } as AdmittedTarget;
}

/** A request; only tests make one outside the catalogue. */
export function declared(more: Partial<RequestSpec> = {}): DeclaredRequest {
  const spec = { kind: 'read', method: 'GET', path: '/', headers: {}, read: 'body', ...more };
  return { ...spec, key: `${spec.method} ${spec.path}` } as DeclaredRequest;
}

export const LIMITS = {
  connectTimeoutMs: 1000,
  responseTimeoutMs: 5000,
  maxHeaderBytes: 16_384,
  maxBodyBytes: 65_536,
} as const;

export function openingOptions(more: Partial<OpeningOptions> = {}): OpeningOptions {
  const signal = new AbortController().signal;
  return { limits: LIMITS, userAgent: 'postern-test', headers: {}, tlsFirst: false, signal, ...more };
}

/** Narrows to HTTP and has the conversation closed when the test ends. */
export function httpOpening(t: TestContext, opening: Opening): Extract<Opening, { speech: 'http' }> {
  if (opening.speech !== 'http') throw new Error(`expected HTTP, got ${JSON.stringify(opening)}`);
  t.after(() => opening.conversation.close());
  return opening;
}

/** Opens the peer with one request and returns the conversation. */
export async function conversationWith(
  t: TestContext,
  peer: Peer,
  more: { readonly target?: Partial<AdmittedTarget>; readonly options?: Partial<OpeningOptions> } = {},
): Promise<Conversation> {
  const target = loopbackTarget(peer.port, more.target);
  const opening = await openEndpoint(target, declared(), null, openingOptions(more.options));
  return httpOpening(t, opening).conversation;
}

/** The response, or a failed test that says what came instead. */
export function responseOf(outcome: ExchangeOutcome): HttpResponse {
  if (outcome.status !== 'ok') throw new Error(`expected a response, got ${JSON.stringify(outcome)}`);
  return outcome.response;
}

/** The reason of a failure, or `ok`. */
export function reasonOf(outcome: ExchangeOutcome): string {
  return outcome.status === 'failed' ? outcome.reason : outcome.status;
}
