import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nodeClock } from '../../src/system/node-clock.ts';
import { startDeafListener } from './sweep-deaf-listener.ts';
import { CLOSED_PORT, type CreateEngine, listen, NONE, type Place, probesOf, record } from './sweep-harness.ts';

export function stateCases(name: string, create: CreateEngine): void {
  describe(`${name}: states`, () => {
    it('tells open from closed among loopback addresses', async () => {
      const listener = await listen('127.9.0.3');
      const others = await Promise.all([77, 200].map((n) => listen(`127.9.0.${n}`, undefined, listener.port)));
      const places = Array.from({ length: 256 }, (_, n): Place => [`127.9.0.${n}`, listener.port]);

      const result = await record(create(), probesOf(places));

      const open = places.filter((_, n) => result.settlements[n]?.state === 'open').map(([address]) => address);
      assert.deepEqual(open, ['127.9.0.3', '127.9.0.77', '127.9.0.200']);
      assert.deepEqual(result.tally, { ...NONE, open: 3, closed: 253 });
      assert.deepEqual(result.opened.map(({ target }) => target.address).sort(), [...open].sort());
      assert.deepEqual(result.settlements[0], { state: 'closed', reason: null });
      await Promise.all([listener, ...others].map((each) => each.close()));
    });

    it('reaches IPv6', async () => {
      const listener = await listen('::1');
      const places: Place[] = [
        ['::1', listener.port],
        ['::1', CLOSED_PORT],
      ];

      const result = await record(create(), probesOf(places));

      assert.deepEqual(
        result.settlements.map(({ state }) => state),
        ['open', 'closed'],
      );
      await listener.close();
    });

    it('calls a port filtered that never answers', async () => {
      const listener = await startDeafListener();
      const places: Place[] = [
        ['127.0.0.1', listener.port],
        ['127.0.0.1', CLOSED_PORT],
      ];

      const result = await record(create(), probesOf(places), { limits: { minTimeoutMs: 100, maxTimeoutMs: 300 } });

      assert.deepEqual(result.settlements[0], { state: 'filtered', reason: 'timeout' });
      assert.equal(result.settlements[1]?.state, 'closed');
      await listener.close();
    });

    it('calls nothing silent that answered while this process was busy', async () => {
      const places = Array.from({ length: 500 }, (_, n): Place => [`127.9.${n >> 8}.${n & 255}`, CLOSED_PORT]);
      function* stalling() {
        for (const probe of probesOf(places)) {
          yield probe;
          if (probe.index % 100 === 50) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
        }
      }

      const result = await record(create(), stalling(), { limits: { minTimeoutMs: 40, maxTimeoutMs: 40 } });

      assert.deepEqual(result.tally, { ...NONE, closed: 500 });
    });

    it('asks a silent port again, so that one lost SYN does not make it filtered', async () => {
      const listener = await startDeafListener();
      const places: Place[] = [
        ['127.0.0.1', CLOSED_PORT],
        ['127.0.0.1', listener.port],
      ];
      // The first SYN is lost before the first sleep ends, and given up before the kernel sends it again (1 s).
      const limits = { parallel: 1, minTimeoutMs: 400, maxTimeoutMs: 400, retries: 8 };
      const sleep = async (ms: number) => {
        await nodeClock.sleep(ms);
        listener.wake();
      };

      const result = await record(create({ clock: { ...nodeClock, sleep } }), probesOf(places), { limits });

      assert.equal(result.settlements[1]?.state, 'open');
      await listener.close();
    });

    it('asks again where the connection was reset at once', async () => {
      let connections = 0;
      const listener = await listen('127.0.0.1', (socket) => {
        connections += 1;
        if (connections < 3) socket.resetAndDestroy();
      });

      const result = await record(create(), probesOf([['127.0.0.1', listener.port]]), { limits: { retries: 2 } });

      assert.equal(result.settlements[0]?.state, 'open');
      await listener.close();
    });

    it('never looks a name up', async () => {
      const target = { host: 'localhost', address: 'localhost', port: 80, basePath: '' } as never;

      const result = await record(create(), [{ index: 0, target }].values());

      assert.equal(result.settlements[0]?.state, 'error');
    });

    it('settles what cannot be dialled at all as an error', async () => {
      const target = { host: '127.0.0.1', address: '127.0.0.1', port: 65_536, basePath: '' } as never;

      const result = await record(create(), [{ index: 0, target }].values());

      assert.equal(result.settlements[0]?.state, 'error');
    });
  });
}
