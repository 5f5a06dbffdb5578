import type { RequestSpec, Transport } from '../../model/exchange.ts';
import type { AdmittedTarget } from '../../model/target.ts';
import { type Fault, fault } from './fault.ts';

/** A request as it goes on the wire. */
export interface RequestHead {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
}

export interface HeadOptions {
  readonly userAgent: string;
  readonly headers: Readonly<Record<string, string>>;
}

const DEFAULT_PORT = { plaintext: 80, tls: 443 } as const satisfies Record<Transport, number>;

/** The request's own headers win over the options', and those over the defaults. No cookies, no Origin of our own. */
export function requestHead(
  target: AdmittedTarget,
  transport: Transport,
  request: RequestSpec,
  options: HeadOptions,
): RequestHead {
  const headers: Record<string, string | string[]> = {
    Host: authority(target, transport),
    'User-Agent': options.userAgent,
    Accept: '*/*',
    'Accept-Encoding': 'identity',
    Connection: 'keep-alive',
  };
  for (const [name, value] of Object.entries(options.headers)) headers[canonicalName(name)] = value;
  for (const [name, value] of Object.entries(request.headers)) headers[canonicalName(name)] = value;
  for (const [name, value] of request.lines ?? []) {
    // Whatever name stands for it so far is the request's own and gives way to what is written out.
    for (const known of Object.keys(headers)) {
      if (known !== name && known.toLowerCase() === name.toLowerCase()) delete headers[known];
    }
    headers[name] = [...listOf(headers[name]), value];
  }
  const length = contentLength(request);
  if (length !== null) headers['Content-Length'] = String(length);
  return { method: request.method, path: percentEncode(target.basePath + request.path), headers };
}

/** RFC 9110 section 5.6.2, and section 5.5 with the octets that older servers take. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
const NO_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * The octets of a request, a character for each. A fault where a header holds what a request must not: its value may
 * have been copied from a peer's answer.
 */
export function requestOctets({ method, path, headers }: RequestHead, body: string | undefined): string | Fault {
  let octets = `${method} ${path} HTTP/1.1\r\n`;
  for (const [name, values] of Object.entries(headers)) {
    for (const value of typeof values === 'string' ? [values] : values) {
      if (!TOKEN.test(name) || NO_VALUE.test(value))
        return fault('cancelled', `not sent: the header ${JSON.stringify(name)} holds what a request must not`);
      octets += `${name}: ${value}\r\n`;
    }
  }
  octets += '\r\n';
  return body === undefined ? octets : octets + Buffer.from(body).toString('latin1');
}

/** `Host` as RFC 9110 section 7.2 has it: default ports left out, IPv6 in brackets and without a zone. */
function authority(target: AdmittedTarget, transport: Transport): string {
  const name = target.serverName ?? target.host;
  const host = name.includes(':') ? `[${name.replace(/%.*$/, '')}]` : name;
  return target.port === DEFAULT_PORT[transport] ? host : `${host}:${target.port}`;
}

function listOf(value: string | string[] | undefined): string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [];
}

function contentLength(request: RequestSpec): number | null {
  if (request.body !== undefined) return Buffer.byteLength(request.body);
  return request.method === 'POST' ? 0 : null;
}

/** Spelled as most clients do: servers written by hand compare names as they stand. */
function canonicalName(name: string): string {
  return name.toLowerCase().replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/** What must not stand in a request line (RFC 9112 section 3.2) is percent-encoded; the rest is left as it is. */
function percentEncode(path: string): string {
  return path.replace(/[^\x21-\x7e]+/g, (run) =>
    Array.from(Buffer.from(run), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
