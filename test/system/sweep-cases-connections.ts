import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { takeSocket } from '../../src/system/open-connection.ts';
import type { OpenConnection } from '../../src/system/ports.ts';
import { CLOSED_PORT, type CreateEngine, listen, type Place, probesOf, record, until } from './sweep-harness.ts';

export function connectionCases(name: string, create: CreateEngine): void {
  describe(`${name}: accepted connections`, () => {
    it('are handed over paused, with the first bytes of the peer still to be read', async () => {
      const greeted: Promise<unknown>[] = [];
      const listener = await listen('127.0.0.1', (socket) => greeted.push(once(socket.end('220 ready\r\n'), 'finish')));
      let readBefore = Number.NaN;
      let greeting = '';

      await record(create(), probesOf([['127.0.0.1', listener.port]]), {
        async onOpen(connection) {
          await until(() => greeted.length > 0);
          await Promise.all(greeted);
          for (let turn = 0; turn < 20; turn++) await nextTurn();
          const socket = takeSocket(connection);
          readBefore = socket.bytesRead;
          greeting = await text(socket);
        },
      });

      assert.equal(readBefore, 0);
      assert.equal(greeting, '220 ready\r\n');
      await listener.close();
    });

    it('carry a whole HTTP exchange after many refused probes', async () => {
      const listener = await listen('127.0.0.1', (socket) => {
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'));
      });
      const closed = Array.from({ length: 500 }, (_, n): Place => [`127.8.0.${n % 250}`, CLOSED_PORT]);
      const answers: string[] = [];
      const onOpen = async (connection: OpenConnection) => {
        const socket = takeSocket(connection);
        const sent = request({ createConnection: () => socket, host: '127.0.0.1' }).end();
        socket.resume();
        const [response] = await once(sent, 'response');
        answers.push(await text(response));
      };

      await record(create(), probesOf([...closed, ['127.0.0.1', listener.port]]), { limits: { parallel: 8 }, onOpen });

      assert.deepEqual(answers, ['hi']);
      await listener.close();
    });

    it('survive a reset by the peer while nobody listens', async () => {
      const peers: Socket[] = [];
      const listener = await listen('127.0.0.1', (socket) => peers.push(socket));
      let failure = '';

      await record(create(), probesOf([['127.0.0.1', listener.port]]), {
        async onOpen(connection) {
          await until(() => peers.length > 0);
          peers[0]?.resetAndDestroy();
          for (let turn = 0; turn < 20; turn++) await nextTurn();
          const socket = takeSocket(connection);
          socket.once('error', (error: NodeJS.ErrnoException) => {
            failure = error.code ?? '';
          });
          await new Promise((resolve) => socket.once('close', resolve).resume());
        },
      });

      assert.equal(failure, 'ECONNRESET');
      await listener.close();
    });

    it('are reset when discarded, so that no port is kept busy afterwards', async () => {
      const failures: string[] = [];
      const ends: Promise<unknown>[] = [];
      const greet = (socket: Socket) => {
        socket.on('error', (error: NodeJS.ErrnoException) => failures.push(error.code ?? ''));
        ends.push(once(socket.resume(), 'close').catch(() => undefined));
      };
      const listener = await listen('127.0.0.1', greet);

      await record(create(), probesOf([['127.0.0.1', listener.port]]));

      while (ends.length === 0) await nextTurn();
      await Promise.all(ends);
      assert.deepEqual(failures, ['ECONNRESET']);
      await listener.close();
    });

    it('belong to one owner', async () => {
      const listener = await listen('127.0.0.1');

      await record(create(), probesOf([['127.0.0.1', listener.port]]), {
        async onOpen(connection) {
          const socket = takeSocket(connection);
          connection.discard();

          assert.equal(socket.destroyed, false);
          assert.throws(() => takeSocket(connection), /already taken or discarded/);
          socket.destroy();
        },
      });

      await listener.close();
    });
  });
}
