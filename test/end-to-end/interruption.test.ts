import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../../fixtures/lab/answers.ts';
import type { ReceivedRequest } from '../../fixtures/lab/stand-in.ts';
import type { ResultJson } from '../../src/report/contract.ts';
import { answersOf } from '../support/answers.ts';
import { POSTERN, runPostern, startPostern } from '../support/child.ts';
import { temporaryFolder } from '../support/running.ts';
import { assertLawful, parseResult } from '../support/scan.ts';
import { type Street, startStreet } from '../support/street.ts';

/*
 * Ctrl-C in the middle of a sweep: what is there is written, and --resume does the rest and nothing twice.
 */

const OLLAMA = answersOf('ollama/open.http');
/** 16 doors in a network of 4,096 addresses. */
const NETWORK = '127.0.16.0/20';
const SIZE = 4096;
const DOORS = Array.from({ length: 16 }, (_, at) => `127.0.${16 + at}.${7 * at + 1}`);

interface Watched {
  readonly street: Street;
  /** Calls back when so many doors have been asked something, counted from now. */
  atDoor(nth: number, act: () => void): void;
}

async function startWatched(t: TestContext): Promise<Watched> {
  let asked = new Set<unknown>();
  let wanted = Number.POSITIVE_INFINITY;
  let act: () => void = () => undefined;
  const before = ({ headers: { host } }: ReceivedRequest): Answer | null => {
    if (asked.has(host) || host === 'postern.invalid') return null;
    asked.add(host);
    if (asked.size === wanted) act();
    return null;
  };
  const street = await startStreet(t, DOORS, () => OLLAMA, { before });
  return {
    street,
    atDoor(nth, then) {
      asked = new Set();
      wanted = nth;
      act = then;
    },
  };
}

const sweepOf = ({ street }: Watched, output: string): readonly string[] => {
  const where = [NETWORK, '-p', String(street.port), '--assume-reach', 'lan', '--rate', '4000'];
  return ['scan', ...where, '--output', `json=${output}`];
};

const read = (path: string): ResultJson => parseResult(readFileSync(path, 'utf8'));

const addresses = ({ endpoints }: ResultJson): readonly (string | null)[] => endpoints.map(({ address }) => address);

/** The books of a partial result: everything is accounted for, and what is listed was examined to its end. */
function assertPartial(result: ResultJson): void {
  const { probes, complete } = result.coverage;
  const { open, closed, skipped } = probes;
  assert.equal(complete, false);
  assert.ok(result.resume !== undefined);
  assert.deepEqual(probes, { open, closed, filtered: 0, unreachable: 0, error: 0, skipped });
  assert.equal(open + closed + skipped, SIZE);
  assert.ok(skipped > 0);
  assert.equal(result.endpoints.length, open);
}

for (const [signal, stops] of [
  ['SIGINT', [6, 4]],
  ['SIGTERM', [1]],
] as const) {
  test(`${signal} writes what there is, and --resume completes it (${stops.length}×)`, async (t) => {
    const watched = await startWatched(t);
    const folder = temporaryFolder(t);
    const files = stops.map((_, at) => join(folder, `partial-${at}.json`));
    const whole = join(folder, 'whole.json');
    const connectionsAt = (address: string | null): number => watched.street.house(address ?? '').connections();
    /** Doors that were done, with the connections they had seen by then. */
    const settled = new Map<string | null, number>();

    for (const [at, stop] of stops.entries()) {
      const file = files[at] ?? '';
      const earlier = files[at - 1];
      const resumed = ['scan', '--resume', earlier ?? '', '--output', `json=${file}`];
      const child = startPostern(t, earlier === undefined ? sweepOf(watched, file) : resumed);
      watched.atDoor(stop, () => child.process.kill(signal));
      const { code, out, err } = await child.finished();

      assert.equal(code, 130, err);
      assert.equal(err, `postern: interrupted; go on with: postern scan --resume ${file}\n`);
      assert.match(out, /COVERAGE/);
      assertPartial(read(file));
      for (const address of addresses(read(file))) settled.set(address, connectionsAt(address));
    }
    const last = await runPostern(t, ['scan', '--resume', files.at(-1) ?? '', '--output', `json=${whole}`]);

    assert.equal(last.code, 1, last.err);
    const result = read(whole);
    assert.equal(result.coverage.complete, true);
    assert.equal(result.resume, undefined);
    const [open, none] = [DOORS.length, { filtered: 0, unreachable: 0, error: 0, skipped: 0 }];
    assert.deepEqual(result.coverage.probes, { open, closed: SIZE - open, ...none });
    assert.deepEqual(addresses(result).toSorted(), DOORS.toSorted());
    for (const { service, auth } of result.endpoints) assert.deepEqual([service?.id, auth.overall], ['ollama', 'open']);
    for (const [address, before] of settled) assert.equal(connectionsAt(address), before, `${address} is left alone`);
    for (const { received } of watched.street.houses) await assertLawful(received, 'ollama');
  });
}

/** A pipe that takes no more, so that whoever prints into it waits. */
function fullPipe(t: TestContext): number {
  const path = join(temporaryFolder(t), 'fifo');
  execFileSync('mkfifo', [path]);
  const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  t.after(() => closeSync(pipe));
  assert.throws(
    () => {
      for (;;) writeSync(pipe, Buffer.alloc(4096));
    },
    { code: 'EAGAIN' },
  );
  return pipe;
}

test('a second Ctrl-C ends it at once', async (t) => {
  const watched = await startWatched(t);
  const file = join(temporaryFolder(t), 'partial.json');
  const args = sweepOf(watched, file);
  const child = spawn(process.execPath, [POSTERN, ...args], { stdio: ['ignore', fullPipe(t), 'pipe'] });
  const exit = once(child, 'exit');
  t.after(() => child.kill('SIGKILL'));
  let err = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk;
  });
  watched.atDoor(1, () => child.kill('SIGINT'));
  while (!existsSync(file)) await pause(20);

  child.kill('SIGINT');

  assert.deepEqual(await exit, [130, null]);
  assert.equal(err, '', 'it did not come to its last words');
  assertPartial(read(file));
});
