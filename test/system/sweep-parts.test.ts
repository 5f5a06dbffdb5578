import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createHostMemory } from '../../src/system/sweep/host-memory.ts';
import { createLossLog } from '../../src/system/sweep/loss.ts';
import { readTables } from '../../src/system/sweep/native/neighbour-tables.ts';
import { createOverflowLog, tableFulls } from '../../src/system/sweep/neighbours.ts';
import { createTokenBucket } from '../../src/system/sweep/rate.ts';
import { createRttEstimate } from '../../src/system/sweep/rtt.ts';
import { verdictOf } from '../../src/system/sweep/verdict.ts';

describe('round-trip estimate', () => {
  it('follows RFC 6298', () => {
    const rtt = createRttEstimate(1, 60_000);

    const before = rtt.timeout(0);
    rtt.sample(100);
    const first = rtt.timeout(0);
    rtt.sample(200);
    const second = rtt.timeout(0);

    assert.equal(before, 1000);
    assert.equal(first, 100 + 4 * 50);
    // RTTVAR = 3/4 * 50 + 1/4 * |100 - 200|, SRTT = 7/8 * 100 + 1/8 * 200
    assert.equal(second, 112.5 + 4 * 62.5);
  });

  it('doubles with every silence, within its bounds', () => {
    const rtt = createRttEstimate(100, 350);

    rtt.sample(1);

    assert.deepEqual([0, 1, 2, 3].map(rtt.timeout), [100, 200, 350, 350]);
  });
});

describe('token bucket', () => {
  it('never grants more than the rate plus 50 ms worth of it, over any stretch of time', () => {
    const steps = fc.array(
      fc.record({ pauseMs: fc.integer({ min: 0, max: 400 }), asks: fc.integer({ min: 1, max: 40 }) }),
    );

    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), steps, (perSecond, plan) => {
        const bucket = createTokenBucket(perSecond, 0);
        const grants: number[] = [];
        let now = 0;
        for (const { pauseMs, asks } of plan) {
          now += pauseMs;
          for (let ask = 0; ask < asks; ask++) {
            if (!bucket.available(now)) continue;
            bucket.spend();
            grants.push(now);
          }
        }

        const burst = Math.max(1, perSecond * 0.05);
        for (const [n, from] of grants.entries()) {
          for (const [m, to] of grants.entries()) {
            if (m >= n) assert(m - n + 1 <= burst + ((to - from) * perSecond) / 1000 + 1e-6);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('grants everything when there is no limit', () => {
    const bucket = createTokenBucket(0, 0);

    const grants = Array.from({ length: 1000 }, () => bucket.available(0));

    assert(grants.every(Boolean));
  });
});

describe('host memory', () => {
  it('tells hosts that answered from those that never did, and knows no others', () => {
    const memory = createHostMemory();

    memory.noteAnswer('10.0.0.1');
    memory.noteSilence('10.0.0.1');
    memory.noteSilence('fe80::1%eth0');

    assert.equal(memory.hasAnswered('10.0.0.1'), true);
    assert.equal(memory.isMute('10.0.0.1'), false);
    assert.equal(memory.isMute('fe80::1%eth0'), true);
    assert.equal(memory.hasAnswered('10.0.0.2') || memory.isMute('10.0.0.2'), false);
  });

  it('forgets few of 65,536 hosts and mistakes none of 65,536 others for them', () => {
    const memory = createHostMemory();
    const addresses = (net: number) => Array.from({ length: 65_536 }, (_, n) => `10.${net}.${n >> 8}.${n & 255}`);

    for (const address of addresses(1)) memory.noteAnswer(address);
    const remembered = addresses(1).filter(memory.hasAnswered).length;
    const mistaken = addresses(2).filter((each) => memory.hasAnswered(each) || memory.isMute(each)).length;

    assert(remembered > 55_000, `${remembered} remembered`);
    assert.equal(mistaken, 0);
  });
});

describe('neighbour table', () => {
  it('reads how often the table was full, over all processors', () => {
    const text = `entries  allocs   unresolved_discards table_fulls
00000002 00000008 00000000            0000054e
00000002 00000802 00000000            00002412
`;

    assert.equal(tableFulls(text), 0x54e + 0x2412);
    assert.equal(tableFulls('something else\n'), 0);
  });

  it('reads the same in what the kernel answers', () => {
    // Little-endian numbers of so many bytes; a name padded to four bytes, statistics, then the same of a device.
    const bytes = (...parts: readonly (readonly [size: number, value: number])[]) =>
      Buffer.concat(
        parts.map(([size, value]) =>
          Buffer.from(Array.from({ length: size }, (_, n) => (n > 3 ? 0 : value >>> (8 * n)))),
        ),
      );
    const name = bytes([2, 10], [2, 1], [4, 0x70726120], [4, 0]);
    const stats = Buffer.concat([bytes([2, 92], [2, 7]), Buffer.alloc(80, 9), bytes([8, 0x1234])]);
    const message = (type: number, ...attributes: readonly Buffer[]) => {
      const body = Buffer.concat([bytes([4, 2]), ...attributes]);
      return Buffer.concat([bytes([4, 16 + body.length], [2, type], [2, 2], [4, 0], [4, 0]), body]);
    };

    const more = readTables(Buffer.concat([message(64, name, stats), message(64, name), message(64, stats)]));
    const last = readTables(Buffer.concat([message(64, stats), message(3), message(64, stats)]));
    const cut = readTables(message(64, stats).subarray(0, 60));

    assert.deepEqual(more, { tableFulls: 2 * 0x1234, last: false });
    assert.deepEqual(last, { tableFulls: 0x1234, last: true });
    assert.deepEqual(cut, { tableFulls: 0, last: false });
  });

  it('remembers the stretch of time in which it overflowed', () => {
    let count = 5;
    const log = createOverflowLog({ overflows: () => count }, 0);

    const quiet = log.poll(300);
    count = 6;
    const early = log.poll(400);
    const seen = log.poll(600);
    const after = log.poll(900);

    assert.deepEqual([quiet, early, seen, after], [false, false, true, false]);
    assert.deepEqual([299, 300, 600, 601].map(log.covers), [false, true, true, false]);
  });

  it('says nothing where the kernel says nothing', () => {
    const log = createOverflowLog({ overflows: () => null }, 0);

    assert.equal(log.poll(1000), false);
    assert.equal(log.covers(500), false);
  });
});

describe('losses', () => {
  /** Attempts that were answered, every one in `rate` of them only at the second chance; true when that was too much. */
  const overloaded = (rate: number, attempts: number): boolean => {
    const log = createLossLog();
    return Array.from({ length: attempts }, (_, n) => {
      const startedAt = n / 20;
      const now = startedAt + 200;
      return n % rate === 0 ? log.answered(now, startedAt, now) : log.answered(startedAt, null, now);
    }).some(Boolean);
  };

  it('take two packets in a hundred for bad Wi-Fi, and ten for overload', () => {
    assert.equal(overloaded(50, 20_000), false);
    assert.equal(overloaded(10, 20_000), true);
  });

  it('do not take nine for anything', () => {
    assert.equal(overloaded(1, 9), false);
  });

  /** So many attempts a second for ten seconds, of which every so many is answered a second late, at its second chance. */
  function tellings(perSecond: number, lostEvery: number): number[] {
    const log = createLossLog();
    const told: number[] = [];
    for (let n = 0; n < 10 * perSecond; n++) {
      const begun = (n * 1000) / perSecond;
      const late = n - perSecond;
      log.answered(begun, null, begun);
      if (late >= 0 && late % lostEvery === 0 && log.answered(begun, begun - 1000, begun)) told.push(begun);
    }
    return told;
  }

  it('are told of on slow links as on fast ones', () => {
    for (const perSecond of [150, 2000, 20_000]) {
      assert.ok(tellings(perSecond, 12).length > 0, `${perSecond} a second`);
      assert.deepEqual(tellings(perSecond, 50), [], `${perSecond} a second`);
    }
  });

  it('are told of once: what was lost before is no news', () => {
    const told = tellings(2000, 12);

    assert.ok(told.every((moment, n) => n === 0 || moment - (told[n - 1] ?? 0) >= 1000));
  });
});

describe('verdicts', () => {
  it('keep what is known of an unknown error', () => {
    assert.deepEqual(verdictOf('EPROTO'), { kind: 'state', state: 'error', reason: 'EPROTO' });
  });

  it('take shortages of this machine for what they are', () => {
    const codes = ['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM', 'EAGAIN'];

    assert(codes.map(verdictOf).every(({ kind }) => kind === 'shortage'));
  });
});
