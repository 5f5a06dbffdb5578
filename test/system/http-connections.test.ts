import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { openEndpoint } from '../../src/system/http/opening.ts';
import { openConnection } from '../../src/system/open-connection.ts';
import { deferred } from '../support/deferred.ts';
import {
  conversationWith,
  declared,
  ficklePeer,
  httpOpening,
  httpPeer,
  loopbackTarget,
  openingOptions,
  portOf,
  rawPeer,
  reasonOf,
  responseOf,
} from '../support/http-peer.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const TIMED_OUT = 'HTTP/1.1 408 Request Time-out\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

test('ten requests take one connection where the server keeps it', async (t) => {
  const peer = await httpPeer(t, (message, response) => response.end(message.url));
  const conversation = await conversationWith(t, peer);

  const bodies = [];
  for (let nth = 1; nth < 10; nth++)
    bodies.push(responseOf(await conversation.exchange(declared({ path: `/${nth}` }))).body);

  assert.deepEqual(bodies, ['/1', '/2', '/3', '/4', '/5', '/6', '/7', '/8', '/9']);
  assert.deepEqual([conversation.connections, peer.accepted()], [1, 1]);
});

test('each request takes a connection where the server closes it', async (t) => {
  const peer = await httpPeer(t, (_message, response) => response.setHeader('connection', 'close').end('ok'));
  const conversation = await conversationWith(t, peer);

  await conversation.exchange(declared());
  await conversation.exchange(declared());

  assert.deepEqual([conversation.connections, peer.accepted()], [3, 3]);
});

test('requests made at once take turns', async (t) => {
  let atOnce = 0;
  let most = 0;
  const peer = await httpPeer(t, (message, response) => {
    most = Math.max(most, ++atOnce);
    setImmediate(() => {
      atOnce--;
      response.end(message.url);
    });
  });
  const conversation = await conversationWith(t, peer);

  const outcomes = await Promise.all(['/a', '/b', '/c'].map((path) => conversation.exchange(declared({ path }))));

  assert.deepEqual(
    outcomes.map((outcome) => responseOf(outcome).body),
    ['/a', '/b', '/c'],
  );
  assert.deepEqual([most, conversation.connections], [1, 1]);
});

const GIVEN_UP: readonly [string, (socket: Socket) => void][] = [
  ['closed', (socket) => socket.end()],
  ['reset', (socket) => socket.resetAndDestroy()],
  ['timed out with a 408', (socket) => socket.end(TIMED_OUT)],
];

for (const [what, act] of GIVEN_UP) {
  test(`a kept connection that is ${what} when the next request comes is replaced once`, async (t) => {
    const peer = await ficklePeer(t, act);
    const conversation = await conversationWith(t, peer);

    const outcome = await conversation.exchange(declared());

    assert.equal(responseOf(outcome).body, 'ok');
    assert.equal(conversation.connections, 2);
  });
}

test('a server that hangs up every time is tried twice for a request, not for ever', async (t) => {
  let answered = false;
  const peer = await rawPeer(t, (socket) => {
    socket.on('data', () => {
      if (answered) return socket.end();
      answered = true;
      return socket.write(OK);
    });
  });
  const conversation = await conversationWith(t, peer);

  const outcome = await conversation.exchange(declared());

  assert.equal(reasonOf(outcome), 'closed');
  assert.deepEqual([conversation.connections, peer.accepted()], [2, 2]);
});

test('a connection that breaks after the first byte is not tried again', async (t) => {
  const peer = await ficklePeer(t, (socket) => socket.end('HTTP/1.1 20'));
  const conversation = await conversationWith(t, peer);

  const outcome = await conversation.exchange(declared());

  assert.equal(reasonOf(outcome), 'closed');
  assert.equal(conversation.connections, 1);
});

test('a reset in the middle of a body leaves what came before it', async (t) => {
  const peer = await ficklePeer(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () =>
      setImmediate(() => socket.resetAndDestroy()),
    );
  });
  const conversation = await conversationWith(t, peer);

  const outcome = await conversation.exchange(declared());

  assert.deepEqual([responseOf(outcome).body, responseOf(outcome).truncated], ['half', true]);
});

test('an answer that nobody asked for ends the connection and is not taken for the next one', {
  timeout: 20_000,
}, async (t) => {
  const unasked = deferred<Socket>();
  const peer = await rawPeer(t, (socket, nth) => {
    if (nth === 1) unasked.resolve(socket);
    socket.on('data', () => socket.write(nth === 1 ? OK : 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nasked'));
  });
  const conversation = await conversationWith(t, peer);
  const socket = await unasked.promise;

  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nunasked');
  await once(socket, 'close');
  const outcome = await conversation.exchange(declared());

  assert.equal(responseOf(outcome).body, 'asked');
  assert.equal(conversation.connections, 2);
});

test('closing ends the exchange under way and all that follow', async (t) => {
  const asked = deferred<void>();
  const peer = await ficklePeer(t, () => asked.resolve());
  const conversation = await conversationWith(t, peer);

  const underWay = conversation.exchange(declared());
  await asked.promise;
  conversation.close();
  const outcomes = [await underWay, await conversation.exchange(declared())];

  assert.deepEqual(outcomes.map(reasonOf), ['cancelled', 'cancelled']);
  assert.equal(peer.accepted(), 1);
});

test('closing an idle conversation ends its connection', async (t) => {
  const accepted = deferred<Socket>();
  const peer = await rawPeer(t, (socket) => {
    accepted.resolve(socket);
    socket.on('data', () => socket.write(OK));
  });
  const conversation = await conversationWith(t, peer);
  const socket = await accepted.promise;

  conversation.close();

  await once(socket, 'close');
});

test('a thousand conversations share one signal without a warning', async (t) => {
  const warnings: Error[] = [];
  const note = (warning: Error): number => warnings.push(warning);
  process.on('warning', note);
  t.after(() => process.off('warning', note));
  const peer = await httpPeer(t, (_message, response) => response.end('ok'));
  const { signal } = new AbortController();

  for (let round = 0; round < 10; round++) {
    const many = Array.from({ length: 100 }, () => conversationWith(t, peer, { options: { signal } }));
    for (const conversation of await Promise.all(many)) conversation.close();
  }

  assert.deepEqual(warnings, []);
});

test('a server that went away is refused on the next request', async (t) => {
  const server = createServer((socket) => {
    socket.once('data', () => {
      server.close();
      socket.end('HTTP/1.0 200 OK\r\n\r\n');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const conversation = await conversationWith(t, { port: portOf(server), accepted: () => 1, held: () => 0 });

  const outcome = await conversation.exchange(declared());

  assert.equal(reasonOf(outcome), 'refused');
  assert.equal(conversation.connections, 1);
});

/** A connection as the sweep would hand it over. */
async function swept(port: number): Promise<ReturnType<typeof openConnection>> {
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  return openConnection(loopbackTarget(port), socket);
}

test("the sweep's own connection carries the first request and those after it", async (t) => {
  const peer = await httpPeer(t, (message, response) => response.end(message.url));
  const connection = await swept(peer.port);

  const opening = await openEndpoint(loopbackTarget(peer.port), declared({ path: '/1' }), connection, openingOptions());
  const { conversation, first } = httpOpening(t, opening);
  const second = await conversation.exchange(declared({ path: '/2' }));

  assert.deepEqual([responseOf(first).body, responseOf(second).body], ['/1', '/2']);
  assert.deepEqual([conversation.connections, peer.accepted()], [1, 1]);
});

for (const [what, act] of GIVEN_UP) {
  test(`a connection of the sweep that was ${what} while it waited is replaced`, async (t) => {
    const accepted = deferred<Socket>();
    const peer = await rawPeer(t, (socket, nth) => {
      if (nth === 1) accepted.resolve(socket);
      else socket.once('data', () => socket.end(OK));
    });
    const connection = await swept(peer.port);
    const socket = await accepted.promise;
    const sent = Promise.race([once(socket, 'finish'), once(socket, 'close')]);
    act(socket);
    await sent;

    const opening = await openEndpoint(loopbackTarget(peer.port), declared(), connection, openingOptions());

    const { conversation, first } = httpOpening(t, opening);
    assert.equal(responseOf(first).body, 'ok');
    assert.deepEqual([conversation.transport, conversation.connections], ['plaintext', 2]);
  });
}
