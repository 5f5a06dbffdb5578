import type { KeyAgreement, RawEnd, RawReply } from '../model/tls-dialogue.ts';
import type { KeyExchange } from '../model/tls-table.ts';
import type { Answer, HelloAnswer } from './answer.ts';
import { type EncryptedFlight, encryptedFlight } from './encrypted-flight.ts';
import { hashedHello, serverHandshakeOpener, transcriptHash } from './key-schedule.ts';
import { concat } from './wire/bytes.ts';
import { readCertificateRequest } from './wire/certificate-request.ts';
import { clientHello, helloRecords, type Offer } from './wire/client-hello.ts';
import { readServerKeyExchange } from './wire/key-exchange.ts';
import { type HandshakeMessage, messageSource } from './wire/messages.ts';
import { EXTENSION, HANDSHAKE, RECORD, VERSION_NUMBER } from './wire/numbers.ts';
import { recordSource } from './wire/records.ts';
import { readCertificates, readServerHello, type ServerHello } from './wire/server-messages.ts';

/** How far one connection reads. `hello`: the choice of version, suite and (TLS 1.3) group. `flight`: all the server says first. */
export type Depth = 'hello' | 'key-exchange' | 'flight';

export interface Inquiry {
  readonly offer: Offer;
  readonly depth: Depth;
}

export interface InquiryTools {
  readonly random: (length: number) => Uint8Array;
  readonly agreement: (group: number) => KeyAgreement | null;
  readonly exchangeOf: (suite: number) => KeyExchange;
}

export interface Dialogue {
  readonly opening: Uint8Array;
  listen(piece: Uint8Array): RawReply;
  answer(end: RawEnd): Answer;
}

/** No honest handshake message is longer; a 5 MB certificate is not waited for. */
export const MAX_MESSAGE = 256 * 1024;

type Partial = { -readonly [K in keyof HelloAnswer]: HelloAnswer[K] };

/** One hello and the reading of what comes back, as a machine that knows no sockets. Never throws on what a peer sends. */
export function dialogue({ offer, depth }: Inquiry, tools: InquiryTools): Dialogue {
  const random = tools.random(32);
  const firstHello = clientHello(offer, random);
  const records = recordSource();
  const messages = messageSource(MAX_MESSAGE);
  let transcript: Uint8Array = firstHello;
  let agreement: KeyAgreement | null = null;
  let flight: EncryptedFlight | null = null;
  let found: Partial | null = null;
  let early: Answer | null = null;

  const malformed = (reason: string): RawReply => {
    if (found) found.trouble = reason;
    else early = { kind: 'malformed', reason };
    return 'stop';
  };

  const serverHello = (message: HandshakeMessage): RawReply => {
    const hello = readServerHello(message.body);
    if (!hello) return malformed('ServerHello is not well formed');
    const retry = found?.hello ?? null;
    if (retry && hello.retry) return malformed('the server asked twice for another group');
    found = { kind: 'hello', hello, retry, ...NOTHING_READ };
    if (depth === 'hello') return 'stop';
    if (hello.retry) return secondHello(hello, message.whole);
    transcript = concat(transcript, message.whole);
    if (hello.version < VERSION_NUMBER['TLSv1.3']) return 'more';
    return startFlight(hello);
  };

  const secondHello = (retry: ServerHello, whole: Uint8Array): RawReply => {
    const pair = retry.group === null ? null : tools.agreement(retry.group);
    const hash = transcriptHash(retry.suite);
    if (!pair || !hash) return malformed('this platform cannot do the group that the server asks for');
    agreement = pair;
    const cookie = retry.extensions.get(EXTENSION.cookie)?.subarray(2);
    const second = clientHello({ ...offer, keyShares: [pair], ...(cookie ? { cookie } : {}) }, random);
    transcript = concat(hashedHello(hash, firstHello), whole, second);
    return helloRecords(second, offer.version, 'second');
  };

  const startFlight = (hello: ServerHello): RawReply => {
    const expected = agreement !== null && agreement.group === hello.group;
    const shared = expected && hello.publicKey ? agreement?.secret(hello.publicKey) : null;
    const opener = shared ? serverHandshakeOpener(hello.suite, shared, transcript) : null;
    if (!opener) return malformed('the encrypted part of the handshake cannot be opened');
    flight = encryptedFlight(opener, MAX_MESSAGE);
    return 'more';
  };

  const plainMessage = (message: HandshakeMessage): RawReply => {
    if (message.type === HANDSHAKE.serverHello) return serverHello(message);
    if (!found) return malformed(`handshake message ${message.type} before ServerHello`);
    return (
      readPlain(found, message, tools.exchangeOf(found.hello.suite), depth) ??
      malformed('a handshake message is not well formed')
    );
  };

  const listen = (piece: Uint8Array): RawReply => {
    records.append(piece);
    const send: Uint8Array[] = [];
    for (;;) {
      const reading = records.next();
      if (reading.status === 'more') return send.length > 0 ? concat(...send) : 'more';
      if (reading.status === 'oversized') return malformed('a record is longer than the protocol allows');
      if (reading.status === 'foreign') {
        if (found) return malformed('the record stream broke off into something else');
        early = { kind: 'foreign', head: records.head(512).slice() };
        return 'stop';
      }
      const { type, body, header } = reading.record;
      if (type === RECORD.changeCipherSpec) continue;
      if (type === RECORD.alert) {
        // A warning (level 1) such as unrecognized_name is followed by the handshake.
        if (body[0] === 1 && body[1] !== 0 && !found) continue;
        if (found) return malformed(`alert ${body[1]} in the middle of the handshake`);
        early = { kind: 'alert', code: body[1] ?? 0 };
        return 'stop';
      }
      if (type === RECORD.applicationData) {
        if (!flight || !found) return malformed('application data before the handshake was done');
        const reply = flight.record(header, body, found);
        if (reply !== 'more') return reply;
        continue;
      }
      messages.append(body);
      for (;;) {
        const next = messages.next();
        if (next.status === 'more') break;
        if (next.status === 'oversized') return malformed(`a handshake message announces ${next.length} octets`);
        const reply = plainMessage(next.message);
        if (reply === 'stop') return 'stop';
        if (reply !== 'more') send.push(reply);
      }
    }
  };

  return {
    opening: helloRecords(firstHello, offer.version, 'first'),
    listen,
    answer(end) {
      if (early) return early;
      if (found) {
        if (end !== 'done' && found.trouble === null && !found.complete)
          found.trouble = `the handshake ended early: ${end}`;
        return found;
      }
      return end === 'closed' || end === 'reset'
        ? { kind: 'closed', how: end }
        : { kind: 'failed', reason: end === 'done' ? 'cancelled' : end };
    },
  };
}

const NOTHING_READ = {
  certificates: null,
  keyExchange: null,
  certificateRequest: null,
  encryptedExtensions: null,
  scheme: null,
  stapled: false,
  complete: false,
  trouble: null,
} as const;

/** A message of the unencrypted flight of TLS 1.2 and before. Null when it is not well formed. */
function readPlain(found: Partial, message: HandshakeMessage, exchange: KeyExchange, depth: Depth): RawReply | null {
  const signed = found.hello.version >= VERSION_NUMBER['TLSv1.2'];
  switch (message.type) {
    case HANDSHAKE.certificate:
      found.certificates = readCertificates(message.body, false);
      return found.certificates ? 'more' : null;
    case HANDSHAKE.certificateStatus:
      found.stapled = true;
      return 'more';
    case HANDSHAKE.serverKeyExchange:
      found.keyExchange = readServerKeyExchange(message.body, exchange, signed);
      found.scheme = found.keyExchange?.scheme ?? null;
      return depth === 'key-exchange' ? 'stop' : 'more';
    case HANDSHAKE.certificateRequest:
      found.certificateRequest = readCertificateRequest(message.body, signed);
      return found.certificateRequest ? 'more' : null;
    case HANDSHAKE.serverHelloDone:
      found.complete = true;
      return 'stop';
    default:
      return 'more';
  }
}
