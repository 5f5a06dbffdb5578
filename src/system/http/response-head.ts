import { type Fault, fault } from './fault.ts';

/** Status line and headers of a response, and how its body is framed (RFC 9112 section 6.3). */
export interface ResponseHead {
  readonly status: number;
  /** Names in lower case; repeated headers joined with `, `. Values are raw and untrusted. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: BodyFraming;
  /** Whether the server means to keep the connection, if the body has an end. */
  readonly persistent: boolean;
}

/** Octets to come, or how their end is told. */
export type BodyFraming = number | 'chunks' | 'until-close';

const STATUS_LINE = /^HTTP\/(\d)\.(\d) +(\d{3})(?:[ \t]|$)/;
/** RFC 9110 section 5.6.2. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
/** An assignment would set the prototype instead. */
const PROTOTYPE = '__proto__';

export interface HeadBuilder {
  /** Takes a line without its end. */
  add(line: string): Fault | null;
  isEmpty(): boolean;
  whole(): ResponseHead | Fault;
}

/**
 * Makes a head of its lines. What browsers and curl would understand is taken, too: folded lines (RFC 9112
 * section 5.2), control characters in values, spaces in front of a colon.
 */
export function createHead(method: string): HeadBuilder {
  let status = 0;
  let minor = 0;
  let last = '';
  const headers: Record<string, string> = {};

  function takeStatusLine(line: string): Fault | null {
    const match = STATUS_LINE.exec(line);
    if (match === null) return malformed('status line');
    status = Number(match[3]);
    minor = match[1] === '1' ? Number(match[2]) : Number(match[1] !== '0');
    return null;
  }

  function takeHeader(line: string): Fault | null {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trimEnd().toLowerCase();
    if (!TOKEN.test(name)) return malformed('header line');
    last = name;
    const value = trimmed(line, colon + 1);
    const known = Object.hasOwn(headers, name) ? headers[name] : undefined;
    set(name, known === undefined ? value : `${known}, ${value}`);
    return null;
  }

  function set(name: string, value: string): void {
    if (name !== PROTOTYPE) headers[name] = value;
    else Object.defineProperty(headers, name, { value, enumerable: true, writable: true, configurable: true });
  }

  function framing(): BodyFraming | Fault {
    const coding = headers['transfer-encoding'];
    if (hasNoBody(status, method)) return 0;
    if (coding !== undefined) return /(?:^|,)[ \t]*chunked$/i.test(coding) ? 'chunks' : 'until-close';
    const length = headers['content-length'];
    if (length === undefined) return 'until-close';
    return /^(\d{1,15})(?:, \1)*$/.test(length) ? Number.parseInt(length, 10) : malformed('length');
  }

  return {
    add(line) {
      if (status === 0) return takeStatusLine(line);
      if (!isFolded(line)) return takeHeader(line);
      if (last === '') return malformed('header line');
      set(last, `${headers[last]} ${trimmed(line, 0)}`);
      return null;
    },
    isEmpty: () => status === 0,
    whole() {
      const body = framing();
      if (typeof body === 'object') return body;
      return { status, headers, body, persistent: body !== 'until-close' && keepsAlive(headers.connection, minor) };
    },
  };
}

export function malformed(what: string): Fault {
  return fault('not-http', `malformed HTTP: ${what}`);
}

/** RFC 9112 section 6.3. */
function hasNoBody(status: number, method: string): boolean {
  return method === 'HEAD' || status === 204 || status === 304 || (status >= 100 && status <= 199);
}

/** RFC 9112 section 9.3. */
function keepsAlive(connection: string | undefined, minor: number): boolean {
  if (connection === undefined) return minor > 0;
  if (connection === 'keep-alive') return true;
  const options = connection.toLowerCase().split(/[ \t]*,[ \t]*/);
  return !options.includes('close') && (minor > 0 || options.includes('keep-alive'));
}

function isFolded(line: string): boolean {
  return line.startsWith(' ') || line.startsWith('\t');
}

/** Without optional white space (RFC 9110 section 5.6.3): `trim` would take control characters off, too. */
function trimmed(line: string, from: number): string {
  let start = from;
  let end = line.length;
  while (start < end && isSpace(line.charCodeAt(start))) start++;
  while (end > start && isSpace(line.charCodeAt(end - 1))) end--;
  return line.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
