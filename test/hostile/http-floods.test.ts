import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { after, test } from 'node:test';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { ReadDepth } from '../../src/model/exchange.ts';
import { openEndpoint } from '../../src/system/http/opening.ts';
import type { Opening } from '../../src/system/ports.ts';
import { declared, LIMITS, loopbackTarget, openingOptions, rawPeer } from '../support/http-peer.ts';

/*
 * Peers that send without end, or far more than they should. Each exchange must end by a cap long before the clock
 * would end it, and keep little of what came.
 */

const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));
after(() => assert.deepEqual(unhandled, []));

/** Far more than any of these takes when the caps hold; without them, memory or the test's own limit gives out first. */
const PATIENCE_MS = 30_000;
const GROWTH_BYTES = 128 * 1024 * 1024;

const BLOCK = 65_536;
const OK = 'HTTP/1.1 200 OK\r\n';
const repeat = (text: string): string => text.repeat(Math.ceil(BLOCK / text.length));

/** Writes one thing once and another for ever, as fast as the other side reads. */
function flood(socket: Socket, start: string | Buffer, block: string | Buffer): void {
  const pour = (): void => {
    while (socket.writable && socket.write(block));
  };
  socket.on('drain', pour);
  socket.write(start);
  pour();
}

function shortOf(opening: Opening): string {
  if (opening.speech !== 'http') return `${opening.speech} ${opening.reason}`;
  const { first } = opening;
  if (first.status === 'failed') return `http ${first.reason}`;
  return `http ${first.response.status}, ${first.response.body.length} bytes${first.response.truncated ? ', cut' : ''}`;
}

const CUT = `http 200, ${LIMITS.maxBodyBytes} bytes, cut`;

const FLOODS: readonly [string, string, string, ReadDepth, string][] = [
  ['a body without length', `${OK}\r\n`, repeat('x'), 'body', CUT],
  ['a body with a length of terabytes', `${OK}Content-Length: 9999999999999\r\n\r\n`, repeat('x'), 'body', CUT],
  ['chunks of one byte', `${OK}Transfer-Encoding: chunked\r\n\r\n`, repeat('1\r\nx\r\n'), 'body', CUT],
  ['a body of which only the status is wanted', `${OK}\r\n`, repeat('x'), 'status-only', 'http 200, 0 bytes, cut'],
  [
    'events',
    `${OK}Content-Type: text/event-stream\r\n\r\n`,
    repeat('data: 1\n\n'),
    'first-event',
    'http 200, 9 bytes, cut',
  ],
  ['comments instead of events', `${OK}Content-Type: text/event-stream\r\n\r\n`, repeat(': x\n\n'), 'first-event', CUT],
  ['an event without end', `${OK}Content-Type: text/event-stream\r\n\r\n`, repeat('data: x\n'), 'first-event', CUT],
  ['headers', OK, repeat('X: y\r\n'), 'body', 'http headers-too-large'],
  ['one header', `${OK}X: `, repeat('y'), 'body', 'http headers-too-large'],
  ['a reason phrase', 'HTTP/1.1 200 ', repeat('y'), 'body', 'http headers-too-large'],
  ['interim responses', '', repeat('HTTP/1.1 100 Continue\r\n\r\n'), 'body', 'http headers-too-large'],
  [
    'interim responses and headers between them',
    '',
    repeat(`HTTP/1.1 103 Hints\r\n${'Link: </>\r\n'.repeat(50)}\r\n`),
    'body',
    'http headers-too-large',
  ],
  ['line ends', '', repeat('\r\n'), 'body', 'other not-http'],
  ['zeros', '', repeat('\0'), 'body', 'other not-http'],
  ['answers', '', repeat(`${OK}Content-Length: 2\r\n\r\nok`), 'body', 'http 200, 2 bytes'],
  [
    'redirects',
    '',
    repeat('HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n'),
    'body',
    'http 302, 0 bytes',
  ],
  ['escape sequences', '\x1b[2J', repeat('\x1b]0;owned\x07'), 'body', 'other not-http'],
  ['HTML without a head', '', repeat('<script>alert(1)</script>'), 'body', 'other not-http'],
];

for (const [what, start, block, read, expected] of FLOODS) {
  test(`without end: ${what}`, { timeout: PATIENCE_MS }, async (t) => {
    const peer = await rawPeer(t, (socket) => socket.once('data', () => flood(socket, start, block)));
    const limits = { ...LIMITS, responseTimeoutMs: 2 * PATIENCE_MS };
    const before = process.memoryUsage.rss();
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 5);
    t.after(() => clearInterval(watch));

    const outcomes = [];
    for (let round = 0; round < 5; round++) {
      const opening = await openEndpoint(
        loopbackTarget(peer.port),
        declared({ read }),
        null,
        openingOptions({ limits }),
      );
      if (opening.speech === 'http') opening.conversation.close();
      outcomes.push(shortOf(opening));
    }

    assert.deepEqual(outcomes, Array(5).fill(expected));
    assert.ok(most - before < GROWTH_BYTES, `grew by ${most - before} bytes`);
  });
}

const ZEROS = Buffer.alloc(48 * 1024 * 1024);
const BOMBS: readonly [string, Buffer][] = [
  ['gzip', gzipSync(ZEROS)],
  ['br', brotliCompressSync(ZEROS, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })],
];

for (const [coding, bomb] of BOMBS) {
  test(`a bomb of ${bomb.length} bytes in ${coding} is cut at the cap`, { timeout: PATIENCE_MS }, async (t) => {
    const head = `${OK}Content-Encoding: ${coding}\r\nContent-Length: ${bomb.length}\r\n\r\n`;
    const peer = await rawPeer(t, (socket) => {
      socket.once('data', () => socket.end(Buffer.concat([Buffer.from(head), bomb])));
    });
    const before = process.memoryUsage.rss();

    const openings = [];
    for (let round = 0; round < 10; round++) {
      openings.push(await openEndpoint(loopbackTarget(peer.port), declared(), null, openingOptions()));
    }

    const growth = process.memoryUsage.rss() - before;
    assert.deepEqual(openings.map(shortOf), Array(10).fill(CUT));
    assert.ok(growth < GROWTH_BYTES, `grew by ${growth} bytes`);
  });
}
