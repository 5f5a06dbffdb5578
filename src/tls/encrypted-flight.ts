import type { HelloAnswer } from './answer.ts';
import type { RecordOpener } from './key-schedule.ts';
import { readModernCertificateRequest } from './wire/certificate-request.ts';
import { type HandshakeMessage, messageSource } from './wire/messages.ts';
import { EXTENSION, HANDSHAKE, RECORD } from './wire/numbers.ts';
import { reader } from './wire/reader.ts';
import { readCertificates, readEncryptedExtensions } from './wire/server-messages.ts';

type Found = { -readonly [K in keyof HelloAnswer]: HelloAnswer[K] };

/** The server's encrypted flight of TLS 1.3, read into an answer. */
export interface EncryptedFlight {
  record(header: Uint8Array, body: Uint8Array, found: Found): 'more' | 'stop';
}

export function encryptedFlight(opener: RecordOpener, maxMessage: number): EncryptedFlight {
  const messages = messageSource(maxMessage);
  const stop = (found: Found, trouble: string): 'stop' => {
    found.trouble = trouble;
    return 'stop';
  };

  return {
    record(header, body, found) {
      const opened = opener.open(header, body);
      if (!opened) return stop(found, 'an encrypted record is not authentic');
      if (opened.type === RECORD.alert) return stop(found, `alert ${opened.content[1]} in the encrypted handshake`);
      if (opened.type !== RECORD.handshake) return stop(found, 'not a handshake record');
      messages.append(opened.content);
      for (;;) {
        const next = messages.next();
        if (next.status === 'more') return 'more';
        if (next.status === 'oversized') return stop(found, `a handshake message announces ${next.length} octets`);
        if (!read(next.message, found)) return stop(found, 'a handshake message is not well formed');
        if (next.message.type === HANDSHAKE.finished) {
          found.complete = true;
          return 'stop';
        }
      }
    },
  };
}

/** False when the message is not well formed. */
function read(message: HandshakeMessage, found: Found): boolean {
  switch (message.type) {
    case HANDSHAKE.encryptedExtensions:
      found.encryptedExtensions = readEncryptedExtensions(message.body);
      return found.encryptedExtensions !== null;
    case HANDSHAKE.certificateRequest:
      found.certificateRequest = readModernCertificateRequest(message.body);
      return found.certificateRequest !== null;
    case HANDSHAKE.certificate:
      found.certificates = readCertificates(message.body, true);
      found.stapled = found.certificates?.extensions.has(EXTENSION.statusRequest) ?? false;
      return found.certificates !== null;
    case HANDSHAKE.certificateVerify:
      found.scheme = reader(message.body).uint16();
      return true;
    default:
      return true;
  }
}
