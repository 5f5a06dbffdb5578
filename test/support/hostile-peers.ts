import type { Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { rawPeer } from './http-peer.ts';

/*
 * Servers that nobody would want to meet, each on a port of its own.
 */

const OK = 'HTTP/1.1 200 OK\r\n';
const BLOCK_BYTES = 65_536;
const DRIP_MS = 100;
const NESTED = 500_000;
const MEGABYTE = 1_048_576;

type Play = (socket: Socket) => void;

/** Answers every request with the same bytes. */
function answering(...parts: readonly (string | Buffer)[]): Play {
  const answer = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
  return (socket) => socket.on('data', () => socket.write(answer));
}

function page(body: string | Buffer, ...headers: readonly string[]): Play {
  const head = [...headers, `Content-Length: ${Buffer.byteLength(body)}`].map((header) => `${header}\r\n`).join('');
  return answering(`${OK}${head}\r\n`, Buffer.from(body));
}

/** Writes the start once and the rest for ever, as fast as the other side reads. */
function flooding(start: string, rest: string): Play {
  const block = rest.repeat(Math.ceil(BLOCK_BYTES / rest.length));
  return (socket) => {
    const pour = (): void => {
      while (socket.writable && socket.write(block));
    };
    socket.on('drain', pour);
    socket.once('data', () => {
      socket.write(start);
      pour();
    });
  };
}

function dripping(start: string): Play {
  return (socket) => {
    socket.once('data', () => {
      socket.write(start);
      const timer = setInterval(() => socket.writable && socket.write('x'), DRIP_MS);
      socket.once('close', () => clearInterval(timer));
    });
  };
}

const ESCAPES = '\x1b]0;owned\x07\x1b[31m\x9b2J\u202e';

/** Only the clock ends these. */
export const TARPITS = {
  'a head of one byte now and then': dripping('HTTP/1.1 200 OK\r\nX: '),
  'a body of one byte now and then': dripping(`${OK}Content-Length: 100000\r\n\r\n`),
  silence: () => undefined,
} satisfies Readonly<Record<string, Play>>;

/** Each hostile in its own way. */
export const PESTS = {
  'a body without end': flooding(`${OK}Content-Type: application/json\r\n\r\n`, '[1,'),
  'headers without end': flooding(OK, 'X: y\r\n'),
  'interim answers without end': flooding('', 'HTTP/1.1 102 Wait\r\n\r\n'),
  'events without end': flooding(`${OK}Content-Type: text/event-stream\r\n\r\n`, ': still here\n\n'),
  'redirects to redirects': (socket) => {
    let nth = 0;
    socket.on('data', () => {
      socket.write(`HTTP/1.1 302 Found\r\nLocation: /hop-${nth++}\r\nContent-Length: 0\r\n\r\n`);
    });
  },
  'a gzip bomb': page(gzipSync(Buffer.alloc(64 * MEGABYTE)), 'Content-Encoding: gzip'),
  'a length that is a lie': (socket) => {
    socket.once('data', () => socket.end(`${OK}Content-Length: 99999\r\n\r\n{"models":[]`));
  },
  garbage: (socket) => {
    socket.once('data', () => socket.end(Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 167 + 13) % 256))));
  },
  'a TLS alert': (socket) => {
    socket.once('data', () => socket.end(Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x28])));
  },
  'a half-closed connection': (socket) => socket.end(),
  'a reset': (socket) => {
    socket.once('data', () => socket.resetAndDestroy());
  },
  'another protocol': (socket) => {
    socket.once('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
    );
  },
  'a banner of escapes': (socket) => {
    socket.write(`220 ${ESCAPES}<script>alert(1)</script>\r\n`);
  },
  'a title and a server of escapes': page(
    `<html><title>${ESCAPES}<script>alert(1)</script></title></html>`,
    `Server: ${ESCAPES}nginx`,
    'Content-Type: text/html',
  ),
  'a title of a megabyte': page(`<title>${'a'.repeat(MEGABYTE)}</title>`, 'Content-Type: text/html'),
  'JSON half a million levels deep': page('['.repeat(NESTED), 'Content-Type: application/json'),
  'JSON with names of our own': page(
    '{"__proto__":{"models":[]},"constructor":{"prototype":{}},"toString":1,"hasOwnProperty":null}',
    'Content-Type: application/json',
  ),
  'an Ollama of escapes': (socket) => {
    const answers: Readonly<Record<string, string>> = {
      '/': 'Ollama is running',
      '/api/version': JSON.stringify({ version: `0.6.${ESCAPES}<b>` }),
      '/api/tags': JSON.stringify({ models: [], [`${ESCAPES}<b>`]: 1 }),
    };
    socket.on('data', (chunk: Buffer) => {
      const body = answers[chunk.toString('latin1').split(' ')[1] ?? ''];
      const status = body === undefined ? '404 Not Found' : '200 OK';
      socket.write(`HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body ?? '')}\r\n\r\n${body ?? ''}`);
    });
  },
} satisfies Readonly<Record<string, Play>>;

/** Starts them all and tells the port of each. */
export async function startHostile<Name extends string>(
  t: TestContext,
  plays: Readonly<Record<Name, Play>>,
): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(plays) as Name[];
  const peers = await Promise.all(names.map((name) => rawPeer(t, plays[name])));
  return Object.fromEntries(names.map((name, at) => [name, peers[at]?.port])) as Record<Name, number>;
}
