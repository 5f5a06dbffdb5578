import assert from 'node:assert/strict';
import { type IncomingMessage, request } from 'node:http';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ResponseHead } from '../../src/system/http/response-head.ts';
import { createResponseReader } from '../../src/system/http/response-reader.ts';

const MAX_HEADER_BYTES = 16_384;

interface Read {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly interim: number;
  readonly body: string;
  readonly complete: boolean;
}

function read(method: string, pieces: readonly Buffer[]): Read & { readonly fault: string | null } {
  let head: ResponseHead | null = null;
  let fault: string | null = null;
  let interim = 0;
  let complete = false;
  let over = false;
  const body: Buffer[] = [];
  const still = (): void => assert.ok(!over, 'something came after the end');
  const reader = createResponseReader(method, MAX_HEADER_BYTES, {
    interim() {
      still();
      interim++;
    },
    head(whole) {
      still();
      assert.equal(head, null);
      head = whole;
    },
    body(octets) {
      still();
      assert.ok(octets.length > 0);
      body.push(octets);
    },
    complete() {
      still();
      over = complete = true;
    },
    broken({ reason }) {
      still();
      over = true;
      fault = reason;
    },
  });
  for (const piece of pieces) reader.push(piece);
  if (reader.end()) complete = true;
  const { status = null, headers = {} } = (head ?? {}) as Partial<ResponseHead>;
  return { status, headers, interim, body: Buffer.concat(body).toString('latin1'), complete, fault };
}

/** What node:http makes of the same octets. */
function readByNode(method: string, pieces: readonly Buffer[]): Promise<Read> {
  return new Promise((resolve) => {
    let response: IncomingMessage | null = null;
    let interim = 0;
    const body: Buffer[] = [];
    const connection = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
    const asking = request({ method, createConnection: () => connection, insecureHTTPParser: true });
    asking.on('information', () => interim++);
    asking.on('error', () => undefined);
    asking.on('response', (message) => {
      response = message;
      message.on('error', () => undefined);
      message.on('data', (chunk: Buffer) => body.push(chunk));
    });
    asking.on('close', () => {
      const { statusCode = null, rawHeaders = [], complete = false } = (response ?? {}) as Partial<IncomingMessage>;
      const headers: Record<string, string> = {};
      for (let at = 0; at < rawHeaders.length; at += 2) {
        const name = (rawHeaders[at] ?? '').toLowerCase();
        headers[name] = name in headers ? `${headers[name]}, ${rawHeaders[at + 1]}` : (rawHeaders[at + 1] ?? '');
      }
      resolve({ status: statusCode, headers, interim, body: Buffer.concat(body).toString('latin1'), complete });
    });
    asking.on('socket', () =>
      setImmediate(() => {
        for (const piece of pieces) connection.push(piece);
        connection.push(null);
      }),
    );
    asking.end();
  });
}

const lineEnd = fc.constantFrom('\r\n', '\n');
const octets = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
const token = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9!#$%&'*+.^`|~-]{0,12}$/);
const value = fc.stringMatching(/^[\x21-\x7e]([\t\x20-\x7e]{0,20}[\x21-\x7e])?$/);
const framed = /^(content-length|transfer-encoding|connection|upgrade|proxy-connection|trailer)$/i;
const header = fc.tuple(
  token.filter((name) => !framed.test(name)),
  value,
);

/** Chunks whose lines end with a line feed alone are broken for node:http. */
/** Chunks whose lines end with a line feed alone are broken for node:http. */
const chunked = fc
  .tuple(fc.array(octets.filter((text) => text !== '')), fc.constantFrom('', ';a=b', ' ;x'))
  .map(([chunks, extension]) => ({
    header: 'Transfer-Encoding: chunked',
    text: `${chunks.map((text) => `${text.length.toString(16)}${extension}\r\n${text}\r\n`).join('')}0\r\n\r\n`,
  }));
const measured = octets.map((text) => ({ header: `Content-Length: ${text.length}`, text }));
const unmeasured = octets.map((text) => ({ header: 'X-Nothing: to say', text }));

const answer = fc
  .record({
    method: fc.constantFrom('GET', 'HEAD'),
    version: fc.constantFrom('1.0', '1.1'),
    status: fc.constantFrom(200, 204, 304, 401, 404, 500, 999),
    phrase: fc.constantFrom('', ' ', ' OK', ' Not quite: right'),
    interim: fc.nat({ max: 2 }),
    end: lineEnd,
    headers: fc.array(header, { maxLength: 6 }),
    body: fc.oneof(chunked, measured, unmeasured),
    cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: 1 }),
    step: fc.integer({ min: 1, max: 40 }),
  })
  .map(({ method, version, status, phrase, interim, end, headers, body, cut, step }) => {
    const lines = [
      `HTTP/${version} ${status}${phrase}`,
      ...headers.map(([name, text]) => `${name}: ${text}`),
      body.header,
    ];
    const none = method === 'HEAD' || status === 204 || status === 304;
    const text = `${`HTTP/1.1 103 Early${end}${end}`.repeat(interim)}${lines.join(end)}${end}${end}${none ? '' : body.text}`;
    return { method, pieces: inPieces(text.slice(0, Math.ceil(text.length * cut)), step) };
  });

function inPieces(text: string, step: number): Buffer[] {
  const all = Buffer.from(text, 'latin1');
  return Array.from({ length: Math.ceil(all.length / step) }, (_, nth) => all.subarray(nth * step, (nth + 1) * step));
}

test('a response, whole or cut off, in pieces of any size, is read as node:http reads it', async () => {
  await fc.assert(
    fc.asyncProperty(answer, async ({ method, pieces }) => {
      const expected = await readByNode(method, pieces);

      const { fault, ...seen } = read(method, pieces);

      assert.equal(fault, null);
      assert.deepEqual(seen, expected);
    }),
    { numRuns: 300 },
  );
});

test('octets of any kind, whole or in pieces, come to the same end, and nothing is told behind it', () => {
  const almost = fc.tuple(answer, fc.nat(), octets).map(([{ method, pieces }, at, noise]) => {
    const text = Buffer.concat(pieces).toString('latin1');
    const place = at % (text.length + 1);
    return { method, text: text.slice(0, place) + noise + text.slice(place + noise.length) };
  });
  fc.assert(
    fc.property(almost, fc.integer({ min: 1, max: 9 }), ({ method, text }, step) => {
      const whole = read(method, [Buffer.from(text, 'latin1')]);

      const inParts = read(method, inPieces(text, step));

      assert.deepEqual(inParts, whole);
    }),
    { numRuns: 1000 },
  );
});

const KEPT: readonly [string, string, boolean][] = [
  ['HTTP/1.1 keeps it', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', true],
  ['unless it says otherwise', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Close\r\n\r\n', false],
  ['among other things', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x , close\r\n\r\n', false],
  ['HTTP/1.0 does not', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', false],
  ['unless it says so', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\n\r\n', true],
  ['a body without a length ends it', 'HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n', false],
  ['so does a coding that is not of chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n', false],
  ['the same length twice is one', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n', true],
];

for (const [what, text, expected] of KEPT) {
  test(`a connection after a response: ${what}`, () => {
    let persistent: boolean | null = null;
    const nothing = (): void => undefined;
    const reader = createResponseReader('GET', MAX_HEADER_BYTES, {
      head: (head) => {
        persistent = head.persistent;
      },
      interim: nothing,
      body: nothing,
      complete: nothing,
      broken: ({ detail }) => assert.fail(detail),
    });

    reader.push(Buffer.from(text));

    assert.equal(persistent, expected);
  });
}
