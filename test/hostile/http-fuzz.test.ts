import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { FAILURES, type HttpResponse, type ReadDepth } from '../../src/model/exchange.ts';
import { openEndpoint } from '../../src/system/http/opening.ts';
import { firstEventSink } from '../../src/system/http/sink.ts';
import { makeCertificate } from '../support/certificates.ts';
import { declared, loopbackTarget, openingOptions, type Peer, rawPeer, tlsPeer } from '../support/http-peer.ts';

const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));
after(() => assert.deepEqual(unhandled, []));

const LIMITS = { connectTimeoutMs: 1000, responseTimeoutMs: 60, maxHeaderBytes: 2048, maxBodyBytes: 512 };
const { key, cert } = makeCertificate();

interface Script {
  /** Sent one after the other, each when the one before it has left. */
  readonly parts: readonly Uint8Array[];
  readonly end: 'end' | 'reset' | 'stall';
  readonly speaksFirst: boolean;
}

async function play(socket: Socket, { parts, end, speaksFirst }: Script): Promise<void> {
  if (!speaksFirst) await new Promise((resolve) => socket.once('data', resolve));
  for (const part of parts) await new Promise((resolve) => socket.write(part, resolve));
  if (end === 'end') socket.end();
  if (end === 'reset') socket.destroy();
}

/** Pieces that get far into the parsers, between bytes that do not. */
const PIECES = [
  ...[
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.0 401 No\r\n',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 101 Up\r\nUpgrade: x\r\n',
    'HTTP/1.1 408 Late\r\n',
  ],
  ...[
    'Content-Length: 5\r\n',
    'Content-Length: 99999\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Connection: close\r\n',
    'Content-Encoding: gzip\r\n',
  ],
  ...[
    'Content-Encoding: br\r\n',
    'Content-Type: text/event-stream\r\n',
    'Location: https://127.0.0.1/\r\n',
    'X: \0\x1b\r\n',
    '\r\n',
    '\n',
    '\r',
  ],
  ...[
    '5\r\nhello\r\n',
    '0\r\n\r\n',
    'hello',
    'data: 1\n\n',
    ': x\n',
    '\x15\x03\x03\x00\x02\x02\x28',
    '\x16\x03\x03\x00\x05',
    '\x1f\x8b\x08',
    '\xef\xbb\xbf',
  ],
  'x'.repeat(600),
  `Y: ${'y'.repeat(2100)}\r\n`,
].map((text) => Buffer.from(text, 'latin1'));

const bytes = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...PIECES) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }) },
    ),
    {
      maxLength: 12,
    },
  )
  .map((pieces) => Buffer.concat(pieces));

const script: fc.Arbitrary<Script> = fc.record({
  parts: fc
    .tuple(fc.oneof(bytes, fc.uint8Array({ maxLength: 300 })), fc.array(fc.nat(300), { maxLength: 6 }))
    .map(([whole, cuts]) => split(whole, cuts)),
  end: fc.constantFrom('end', 'end', 'end', 'reset', 'stall'),
  speaksFirst: fc.boolean(),
});

function split(whole: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const at = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
  return at.slice(1).map((end, index) => whole.subarray(at[index], end));
}

function assertBounded(response: HttpResponse): void {
  assert.equal(typeof response.status, 'number');
  // A replaced byte is one character, so characters are no more than bytes.
  assert.ok(response.body.length <= LIMITS.maxBodyBytes);
  const header = Object.entries(response.headers).flat().join('');
  assert.ok(header.length <= 2 * LIMITS.maxHeaderBytes);
}

/** One opening and two exchanges against peers that play the scripts, one after the other. */
async function converse(peer: Peer, read: ReadDepth, tlsFirst: boolean): Promise<void> {
  const opening = await openEndpoint(
    loopbackTarget(peer.port),
    declared({ read }),
    null,
    openingOptions({ limits: LIMITS, tlsFirst }),
  );
  if (opening.speech !== 'http') {
    assert.ok(FAILURES.includes(opening.reason));
    assert.match(opening.detail, /^[\x20-\x7e]{1,500}$/);
    return;
  }
  const outcomes = [opening.first];
  for (let round = 0; round < 2; round++) outcomes.push(await opening.conversation.exchange(declared({ read })));
  opening.conversation.close();
  for (const outcome of outcomes) {
    if (outcome.status === 'ok') assertBounded(outcome.response);
    else assert.ok(FAILURES.includes(outcome.reason));
  }
}

const reads = fc.constantFrom<ReadDepth>('body', 'status-only', 'first-event');

test('whatever a peer sends, in whatever pieces, ends in a value', { timeout: 300_000 }, async (t) => {
  let scripts: readonly Script[] = [];
  let next = 0;
  const peer = await rawPeer(t, (socket) => {
    const played = scripts[next++ % scripts.length];
    if (played !== undefined) void play(socket, played);
  });

  await fc.assert(
    fc.asyncProperty(
      fc.array(script, { minLength: 1, maxLength: 3 }),
      reads,
      fc.boolean(),
      async (wanted, read, tlsFirst) => {
        scripts = wanted;
        next = 0;

        await converse(peer, read, tlsFirst);
      },
    ),
    { numRuns: 400 },
  );
});

test('whatever a peer sends inside TLS ends in a value', { timeout: 300_000 }, async (t) => {
  let scripts: readonly Script[] = [];
  let next = 0;
  const peer = await tlsPeer(t, { key, cert }, (socket) => {
    const played = scripts[next++ % scripts.length];
    if (played !== undefined) void play(socket, played);
  });

  await fc.assert(
    fc.asyncProperty(fc.array(script, { minLength: 1, maxLength: 3 }), reads, async (wanted, read) => {
      scripts = wanted;
      next = 0;

      await converse(peer, read, true);
    }),
    { numRuns: 150 },
  );
});

test('a TLS handshake damaged at any byte ends in a value', { timeout: 300_000 }, async (t) => {
  let at = 0;
  let flip = 0;
  const inner = await tlsPeer(t, { key, cert, requestCert: true, rejectUnauthorized: false }, (socket) => {
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
  });
  const outer = await rawPeer(t, (socket) => {
    let passed = 0;
    const onwards = connect(inner.port, '127.0.0.1');
    onwards.on('error', () => socket.destroy());
    onwards.on('close', () => socket.destroy());
    socket.on('close', () => onwards.destroy());
    onwards.on('data', (chunk: Buffer) => {
      const damaged = Uint8Array.from(chunk, (byte, index) => (passed + index === at ? byte ^ flip : byte));
      passed += chunk.length;
      socket.write(damaged);
    });
    socket.pipe(onwards);
  });

  await fc.assert(
    fc.asyncProperty(fc.nat(1500), fc.integer({ min: 1, max: 255 }), async (offset, mask) => {
      at = offset;
      flip = mask;

      await converse(outer, 'body', true);
    }),
    { numRuns: 200 },
  );
});

test('the first event is the same however the stream is cut', () => {
  const stream = fc.array(fc.constantFrom('data: 1', 'data', ': x', 'id: 2', 'datas: 3', '\n', '\r', '\r\n', '\n\n'), {
    maxLength: 20,
  });
  const cuts = fc.array(fc.nat(60), { maxLength: 8 });

  fc.assert(
    fc.property(stream, cuts, (pieces, at) => {
      const whole = Buffer.from(pieces.join(''));
      const once = firstEventSink(1000);
      const often = firstEventSink(1000);

      const wantsMore = once.push(whole);
      const wantedMore = split(whole, at).every((part) => often.push(Buffer.from(part)));

      assert.equal(wantedMore, wantsMore);
      assert.deepEqual(often.bytes(), once.bytes());
      assert.deepEqual(once.bytes(), whole.subarray(0, once.bytes().length));
    }),
  );
});
