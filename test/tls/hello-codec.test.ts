import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCertificate } from '../../src/tls/certificate.ts';
import { dialogue } from '../../src/tls/inquiry.ts';
import { pemBlocks } from '../../src/tls/pem.ts';
import { readSession } from '../../src/tls/session-ticket.ts';
import { concat, equal, hex, uint, vector } from '../../src/tls/wire/bytes.ts';
import { clientHello } from '../../src/tls/wire/client-hello.ts';
import { readServerKeyExchange } from '../../src/tls/wire/key-exchange.ts';
import { messageSource } from '../../src/tls/wire/messages.ts';
import { reader } from '../../src/tls/wire/reader.ts';
import { recordSource } from '../../src/tls/wire/records.ts';
import { readServerHello } from '../../src/tls/wire/server-messages.ts';
import { readSsl2, ssl2Hello } from '../../src/tls/wire/ssl2.ts';
import { REPERTOIRE } from './support/inspect.ts';
import { issue, rsaKeys } from './support/issue.ts';

const RANDOM = new Uint8Array(32).fill(7);
/** The random number of a HelloRetryRequest (RFC 8446 §4.1.3). */
const RETRY = new Uint8Array(createHash('sha256').update('HelloRetryRequest').digest());
const TOOLS = {
  random: (length: number) => new Uint8Array(length),
  agreement: () => null,
  exchangeOf: () => 'ECDHE' as const,
};
const OFFER = {
  version: 'TLSv1.2',
  suites: [0xc02f],
  groups: [29],
  schemes: [0x0804],
  serverName: 'ai.lan',
  features: true,
} as const;

function serverHello(suite: number, version = 0x0303): Uint8Array {
  const body = concat(uint(version, 2), RANDOM, vector(1), uint(suite, 2), uint(0, 1));
  return concat(uint(2, 1), vector(3, body));
}

function record(type: number, body: Uint8Array): Uint8Array {
  return concat(uint(type, 1), uint(0x0303, 2), vector(2, body));
}

test('a ClientHello holds what was offered, where RFC 5246 puts it', () => {
  const hello = clientHello(OFFER, RANDOM);

  const fields = reader(hello);
  assert.equal(fields.uint8(), 1);
  assert.equal(fields.uint24(), hello.length - 4);
  assert.equal(fields.uint16(), 0x0303);
  assert.deepEqual(fields.bytes(32), RANDOM);
  assert.equal(fields.vector(1).length, 0);
  assert.equal(hex(fields.vector(2)), 'c02f');
  assert.equal(hex(fields.vector(1)), '00');
  const extensions = hex(fields.vector(2));
  assert.match(extensions, /^0000000b0009000006/, 'server_name comes first');
  assert.match(extensions, /61692e6c616e/);
  assert.equal(fields.left, 0);
});

test('a second hello comes in records of version 3.3, with the share that was asked for', () => {
  const agreement = (group: number) => ({ group, publicKey: Uint8Array.of(1, 2, 3), secret: () => null });
  const offer = { ...OFFER, version: 'TLSv1.3', suites: [0x1301] } as const;
  const talk = dialogue({ offer, depth: 'flight' }, { ...TOOLS, agreement });
  const named = concat(uint(43, 2), vector(2, uint(0x0304, 2)), uint(51, 2), vector(2, uint(29, 2)));
  const body = concat(uint(0x0303, 2), RETRY, vector(1), uint(0x1301, 2), uint(0, 1), vector(2, named));

  const reply = talk.listen(record(22, concat(uint(2, 1), vector(3, body))));

  assert.equal(hex(talk.opening.subarray(0, 3)), '160301');
  assert.ok(reply instanceof Uint8Array);
  assert.equal(hex(reply.subarray(0, 3)), '160303');
  assert.match(hex(reply), /003300090007001d0003010203/);
});

test('a TLS 1.3 hello offers no key share, so that the server has to name its group', () => {
  const hello = hex(clientHello({ ...OFFER, version: 'TLSv1.3', suites: [0x1301], features: false }, RANDOM));

  assert.ok(hello.includes('00330002' + '0000'), 'key_share is empty');
  assert.ok(hello.includes('002b00030203' + '04'), 'supported_versions names 1.3 alone');
});

test('an SSLv3 hello has no extensions, and an address is never sent as a name', () => {
  const old = clientHello({ ...OFFER, version: 'SSLv3' }, RANDOM);
  const bare = clientHello({ ...OFFER, serverName: null }, RANDOM);

  assert.equal(old.length, 4 + 2 + 32 + 1 + 4 + 2);
  assert.ok(!hex(bare).includes('0000000b'));
});

test('a handshake is read the same however it is cut into pieces', () => {
  const flight = record(22, serverHello(0xc02f));
  const answers = [1, 2, 5, flight.length].map((size) => {
    const talk = dialogue({ offer: OFFER, depth: 'hello' }, TOOLS);
    for (let at = 0; at < flight.length; at += size) if (talk.listen(flight.subarray(at, at + size)) === 'stop') break;
    return talk.answer('done');
  });

  for (const answer of answers) {
    assert.equal(answer.kind, 'hello');
    assert.equal(answer.kind === 'hello' && answer.hello.suite, 0xc02f);
  }
});

test('a handshake message split over records is put together', () => {
  const whole = serverHello(0xc030);
  const talk = dialogue({ offer: OFFER, depth: 'hello' }, TOOLS);

  talk.listen(record(22, whole.subarray(0, 10)));
  const reply = talk.listen(record(22, whole.subarray(10)));

  assert.equal(reply, 'stop');
  const answer = talk.answer('done');
  assert.equal(answer.kind === 'hello' && answer.hello.suite, 0xc030);
});

test('alerts, closes, plain HTTP and garbage are told apart', () => {
  const ask = (bytes: Uint8Array | string, end: 'closed' | 'reset' | 'timeout' = 'closed') => {
    const talk = dialogue({ offer: OFFER, depth: 'hello' }, TOOLS);
    const data = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
    return talk.answer(data.length > 0 && talk.listen(data) === 'stop' ? 'done' : end);
  };

  assert.deepEqual(ask(record(21, Uint8Array.of(2, 40))), { kind: 'alert', code: 40 });
  assert.deepEqual(ask(new Uint8Array(0)), { kind: 'closed', how: 'closed' });
  assert.deepEqual(ask(new Uint8Array(0), 'reset'), { kind: 'closed', how: 'reset' });
  assert.deepEqual(ask(new Uint8Array(0), 'timeout'), { kind: 'failed', reason: 'timeout' });
  assert.equal(ask('HTTP/1.1 400 Bad Request\r\n\r\n').kind, 'foreign');
  assert.equal(ask('<html>').kind, 'foreign');
  assert.equal(ask(concat(Uint8Array.of(22, 3, 3, 0xff, 0xff))).kind, 'malformed');
  assert.equal(ask(record(22, Uint8Array.of(2, 0, 0, 1, 9))).kind, 'malformed');
  assert.equal(
    ask(record(22, Uint8Array.of(11, 0xff, 0xff, 0xff))).kind,
    'malformed',
    'a message of 16 MB is not waited for',
  );
});

test('a warning before the handshake is passed over', () => {
  const talk = dialogue({ offer: OFFER, depth: 'hello' }, TOOLS);

  talk.listen(record(21, Uint8Array.of(1, 112)));
  talk.listen(record(22, serverHello(0xc02f)));

  assert.equal(talk.answer('done').kind, 'hello');
});

test('an SSLv2 ServerHello names the kinds that both sides have', () => {
  const certificate = Uint8Array.of(0x30, 0x01, 0x00);
  const body = concat(
    uint(4, 1),
    uint(0, 1),
    uint(1, 1),
    uint(2, 2),
    uint(3, 2),
    uint(6, 2),
    uint(0, 2),
    certificate,
    uint(0x0700c0, 3),
    uint(0x010080, 3),
  );
  const reading = readSsl2(concat(uint(0x8000 | body.length, 2), body));

  assert.deepEqual(reading, { status: 'hello', hello: { kinds: [0x0700c0, 0x010080], certificate } });
  assert.equal(readSsl2(record(21, Uint8Array.of(2, 70))).status, 'no');
  assert.equal(
    ssl2Hello(REPERTOIRE.ssl2Kinds, RANDOM.subarray(0, 16)).length,
    11 + 3 * REPERTOIRE.ssl2Kinds.length + 16,
  );
});

test('the size of a Diffie-Hellman group is that of the prime, not of its length field', () => {
  const prime = concat(new Uint8Array(64), Uint8Array.of(0x40), new Uint8Array(63).fill(1));
  const body = concat(vector(2, prime), vector(2, Uint8Array.of(2)), vector(2, Uint8Array.of(5)));

  assert.equal(readServerKeyExchange(body, 'DHE', false)?.dhBits, 63 * 8 + 7);
});

test('whatever a peer sends, the parsers end, throw nothing and keep to their caps', () => {
  const certificate = issue({ keys: rsaKeys(1024), dns: ['a.test'], ip: ['10.0.0.1'], ca: true }).der;
  const damaged = fc.tuple(fc.nat(certificate.length - 1), fc.integer({ min: 0, max: 255 })).map(([at, value]) => {
    const copy = certificate.slice();
    copy[at] = value;
    return copy;
  });
  const flight = record(22, concat(serverHello(0xc02f), uint(11, 1), vector(3, vector(3, vector(3, certificate)))));
  const bent = fc
    .tuple(fc.nat(flight.length - 1), fc.integer({ min: 0, max: 255 }), fc.nat(flight.length))
    .map(([at, value, end]) => {
      const copy = flight.slice(0, end);
      if (at < copy.length) copy[at] = value;
      return copy;
    });

  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 2000 }), damaged, bent),
      fc.integer({ min: 1, max: 600 }),
      (bytes, size) => {
        for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
          const talk = dialogue({ offer: { ...OFFER, version }, depth: 'flight' }, TOOLS);
          for (let at = 0; at < bytes.length; at += size)
            if (talk.listen(bytes.subarray(at, at + size)) === 'stop') break;
          talk.answer('closed');
        }
        readServerHello(bytes);
        parseCertificate(bytes);
        readSsl2(bytes);
        readSession(bytes);
        readServerKeyExchange(bytes, 'DHE', true);
        pemBlocks(new TextDecoder('latin1').decode(bytes));
      },
    ),
    { numRuns: 600 },
  );
});

test('sources give back exactly the octets that were put in', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
      fc.integer({ min: 1, max: 50 }),
      (bodies, size) => {
        const bytes = concat(...bodies.map((body) => record(22, body)));
        const source = recordSource();
        const found: Uint8Array[] = [];
        for (let at = 0; at < bytes.length; at += size) {
          source.append(bytes.subarray(at, at + size));
          for (let next = source.next(); next.status === 'record'; next = source.next()) found.push(next.record.body);
        }
        assert.equal(found.length, bodies.length);
        assert.ok(found.every((body, index) => equal(body, bodies[index] ?? new Uint8Array(0))));
      },
    ),
  );
  const messages = messageSource(100);
  messages.append(serverHello(1).subarray(0, 3));
  assert.equal(messages.next().status, 'more');
});
