import type { CorsPolicy } from '../../model/endpoint.ts';
import type { HttpResponse, Transport } from '../../model/exchange.ts';
import type { Row } from './attempt.ts';

/*
 * How the service behaves while it refuses. Nothing is sent for this: it is read from what came back anyway.
 */

/** Fewer refusals are no reason yet to slow anybody down. */
const MANY_FAILURES = 10;

type Remark = Pick<Row, 'check' | 'request' | 'sent' | 'expected' | 'got' | 'reason' | 'verdict' | 'status'>;

export interface Conduct {
  readonly responses: readonly HttpResponse[];
  /** Answers to wrong credentials. */
  readonly failures: readonly HttpResponse[];
  readonly transport: Transport;
  readonly cors: CorsPolicy;
}

export function conductRows(conduct: Conduct): Row[] {
  const remarks = [...challenge(conduct), ...failureLimit(conduct), ...cookies(conduct), ...origin(conduct)];
  return remarks.map((remark): Row => ({ ...remark, class: null, side: false, standsFor: [] }));
}

/** RFC 9110 §15.5.2: a 401 must say how to authenticate. */
function challenge({ responses }: Conduct): Remark[] {
  const refused = responses.filter(({ status }) => status === 401);
  if (refused.length === 0) return [];
  const silent = refused.filter(({ headers }) => headers['www-authenticate'] === undefined);
  const present = silent.length === 0;
  return [
    {
      check: 'challenge',
      request: 'every 401',
      sent: 'WWW-Authenticate',
      expected: 'present',
      got: present ? 'present' : 'absent',
      status: 401,
      verdict: present ? 'held' : 'broken',
      reason: `${silent.length} of ${refused.length} without it`,
    },
  ];
}

function failureLimit({ failures }: Conduct): Remark[] {
  const limited = failures.some(({ status, headers }) => status === 429 || headers['retry-after'] !== undefined);
  const refused = failures.filter(({ status }) => status === 401 || status === 403).length;
  const verdict = limited ? 'held' : refused < MANY_FAILURES ? 'unknown' : 'broken';
  if (failures.length === 0) return [];
  return [
    {
      check: 'failure-limit',
      request: 'every wrong credential',
      sent: `${refused} wrong credentials`,
      expected: 'present',
      got: limited ? 'present' : verdict === 'unknown' ? 'unknown' : 'absent',
      status: limited ? 429 : null,
      verdict,
      reason: limited ? 'slowed down' : `${refused} refusals and no sign of a limit`,
    },
  ];
}

/** RFC 6265 §4.1.2.5, §4.1.2.6. Scripts have to read tokens against forged requests, so those need no HttpOnly. */
function cookies({ responses, transport }: Conduct): Remark[] {
  const lines = responses.flatMap(({ headers }) => (headers['set-cookie'] ?? '').split(/,\s*(?=[^\s;,=]+=)/));
  const byName = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = /^([^=;\s]{1,64})=([^;]*)/.exec(line) ?? [];
    // An emptied one is being taken back (RFC 6265 §3.1).
    if (name !== undefined && !/^\s*(?:""\s*)?$/.test(value ?? '')) byName.set(name, line);
  }
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, line]) => {
      const has = (flag: string): boolean => new RegExp(`;\\s*${flag}(\\s*;|\\s*$)`, 'i').test(line);
      const missing = [
        ...(transport === 'tls' && !has('secure') ? ['Secure'] : []),
        ...(has('httponly') || /[cx]srf/i.test(name) ? [] : ['HttpOnly']),
      ];
      const held = missing.length === 0;
      return {
        check: 'cookie-flags',
        request: `cookie ${/^[A-Za-z0-9_.-]+$/.test(name) ? name : '(odd name)'}`,
        sent: 'Secure and HttpOnly',
        expected: 'present',
        got: held ? 'present' : 'absent',
        status: null,
        verdict: held ? 'held' : 'broken',
        ...(held ? {} : { reason: `without ${missing.join(' and ')}` }),
      } satisfies Remark;
    });
}

function origin({ cors }: Conduct): Remark[] {
  if (cors === 'unknown') return [];
  const present = cors === 'reflected-with-credentials';
  return [
    {
      check: 'foreign-origin',
      request: 'answers to a foreign Origin',
      sent: 'Access-Control-Allow-Credentials',
      expected: 'absent',
      got: present ? 'present' : 'absent',
      status: null,
      verdict: present ? 'broken' : 'held',
    },
  ];
}
