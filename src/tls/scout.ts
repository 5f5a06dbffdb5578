import type { Answer } from './answer.ts';
import type { Scouting } from './inspection.ts';
import type { Offers } from './offers.ts';
import type { Questions } from './questions.ts';
import type { Repertoire } from './repertoire.ts';

/** What the port speaks, from the answer to the first hello. */
export async function scout(
  first: Answer,
  questions: Questions,
  offers: Offers,
  repertoire: Repertoire,
): Promise<Scouting> {
  if (first.kind === 'foreign') return foreign(first.head);
  if (first.kind !== 'failed') return { speech: 'tls' };
  if (first.reason !== 'timeout') return { speech: 'silent', detail: first.reason };
  // Some old servers never answer a hello they do not understand.
  const second = await questions.ask({
    offer: offers.suites('TLSv1.0', repertoire.commonOf('TLSv1.0')),
    depth: 'hello',
  });
  if (second.kind === 'foreign') return foreign(second.head);
  return second.kind === 'failed' ? { speech: 'silent', detail: second.reason } : { speech: 'tls' };
}

/** HTTP servers answer a hello in words, some without a status line. An SSLv2 record starts with the top bit set. */
function foreign(head: Uint8Array): Scouting {
  if (((head[0] ?? 0) & 0x80) !== 0 && head[2] === 0) return { speech: 'tls' };
  const text = new TextDecoder('latin1').decode(head).trimStart();
  const http = /^(?:HTTP\/|<!doctype|<html|<head|<title|400 |Client sent an HTTP)/i.test(text);
  return http
    ? { speech: 'plaintext', detail: 'answers a TLS hello with plain HTTP' }
    : { speech: 'other', detail: 'answers a TLS hello with something that is not TLS' };
}
