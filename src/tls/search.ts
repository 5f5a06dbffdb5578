import type { Searched, TlsVersion } from '../model/tls.ts';
import { type Answer, failureText, type HelloAnswer } from './answer.ts';
import { ALERT, VERSION_NUMBER } from './wire/numbers.ts';

/*
 * Finding out what a server accepts by elimination: offer everything, take away what was chosen,
 * offer the rest, until it refuses. Each step is one connection.
 */

export interface Search {
  /** Accepted codes in the order they were chosen. */
  readonly accepted: readonly number[];
  readonly hellos: readonly HelloAnswer[];
  readonly searched: Searched;
  /** What ended the search: the last refusal or failure. */
  readonly last: Answer;
}

/** Why an answer is not the acceptance of one of the suites offered in this version; null when it is. */
export function refusal(answer: Answer, version: TlsVersion, offered: readonly number[]): string | null {
  switch (answer.kind) {
    case 'hello': {
      if (answer.hello.version !== VERSION_NUMBER[version])
        return `answers with ${versionName(answer.hello.version)} instead`;
      return offered.includes(answer.hello.suite) ? null : 'chooses a suite that was not offered';
    }
    case 'alert':
      return `alert ${answer.code}`;
    case 'closed':
      return answer.how === 'reset' ? 'resets the connection' : 'closes the connection';
    case 'foreign':
      return 'answers with something other than TLS';
    case 'malformed':
      return answer.reason;
    case 'failed':
      return failureText(answer.reason);
  }
}

export function versionName(version: number): string {
  const known = Object.entries(VERSION_NUMBER).find(([, number]) => number === version);
  return known ? known[0] : `version 0x${version.toString(16).padStart(4, '0')}`;
}

/** Offers `codes`, then what is left of them, until nothing more is chosen. */
export async function eliminate(
  codes: readonly number[],
  version: TlsVersion,
  offer: (rest: readonly number[]) => Promise<Answer>,
): Promise<Search> {
  const rest = new Set(codes);
  const accepted: number[] = [];
  const hellos: HelloAnswer[] = [];
  let last: Answer = { kind: 'alert', code: ALERT.handshakeFailure };
  while (rest.size > 0) {
    const offered = [...rest];
    last = await offer(offered);
    if (last.kind !== 'hello' || refusal(last, version, offered) !== null) break;
    hellos.push(last);
    accepted.push(last.hello.suite);
    rest.delete(last.hello.suite);
  }
  return { accepted, hellos, searched: last.kind === 'failed' ? 'partial' : 'all', last };
}

/** Some libraries choke on one suite of a long list, or on the length (mbedTLS, wolfSSL). */
const SMALL_CHUNK = 32;
const CHUNK = 64;

/**
 * Every suite of `codes` that the server accepts in a version: one long list first, chunks where the server
 * gives reason to think that the list itself was the trouble.
 *
 * @param common few suites that most servers of the version have; none: a refusal in words is taken for what it says
 */
export async function searchSuites(
  codes: readonly number[],
  common: readonly number[],
  version: TlsVersion,
  offer: (rest: readonly number[]) => Promise<Answer>,
): Promise<Search> {
  const whole = await eliminate(codes, version, offer);
  if (whole.last.kind === 'failed' || whole.last.kind === 'foreign' || isCleanRefusal(whole.last, version))
    return whole;
  if (whole.accepted.length === codes.length) return whole;

  if (whole.accepted.length > 0) {
    // Refused in a way that a plain "none of these" is not: look again in pieces.
    return isSuspicious(whole.last) ? inChunks(codes, whole, SMALL_CHUNK, version, offer) : whole;
  }
  if (common.length === 0 && !isSilent(whole.last)) return whole;
  const short = await eliminate(common.length === 0 ? codes.slice(0, SMALL_CHUNK) : common, version, offer);
  if (short.accepted.length === 0)
    return { ...short, last: isSilent(short.last) || short.last.kind === 'failed' ? short.last : whole.last };
  return inChunks(codes, short, isSilent(whole.last) ? SMALL_CHUNK : CHUNK, version, offer);
}

async function inChunks(
  codes: readonly number[],
  start: Search,
  size: number,
  version: TlsVersion,
  offer: (rest: readonly number[]) => Promise<Answer>,
): Promise<Search> {
  const left = codes.filter((code) => !start.accepted.includes(code));
  const accepted = [...start.accepted];
  const hellos = [...start.hellos];
  let searched: Searched = start.searched;
  let last = start.last;
  for (let at = 0; at < left.length; at += size) {
    const part = await eliminate(left.slice(at, at + size), version, offer);
    accepted.push(...part.accepted);
    hellos.push(...part.hellos);
    last = part.last;
    if (part.searched !== 'all') searched = part.searched;
  }
  return { accepted, hellos, searched, last };
}

/** A refusal that says all: the version is not there, or it is there and unusable, or another one was chosen. */
function isCleanRefusal(answer: Answer, version: TlsVersion): boolean {
  if (answer.kind === 'alert') return answer.code === ALERT.protocolVersion || answer.code === ALERT.internalError;
  return answer.kind === 'hello' && answer.hello.version !== VERSION_NUMBER[version];
}

function isSilent(answer: Answer): boolean {
  return answer.kind === 'closed';
}

/** handshake_failure and insufficient_security are how a server says "none of these suites". */
function isSuspicious(answer: Answer): boolean {
  if (answer.kind === 'alert')
    return answer.code !== ALERT.handshakeFailure && answer.code !== ALERT.insufficientSecurity;
  return answer.kind === 'closed' || answer.kind === 'malformed';
}
