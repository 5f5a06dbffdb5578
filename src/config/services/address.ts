/** Who can reach a listener, by the address it listens on. */
export type Reach = 'all' | 'loopback' | 'address' | 'socket' | 'unknown';

const WILDCARDS = new Set(['0.0.0.0', '::', '*', '0', '0:0:0:0:0:0:0:0', '::0', '+']);

/** `host` is without brackets; lists (`0.0.0.0,::`) are as open as their most open part. */
export function reachOf(host: string): Reach {
  const parts = host
    .split(/[,\s]+/)
    .map((part) => part.replace(/^\[(.*)\]$/, '$1').toLowerCase())
    .filter((part) => part !== '');
  if (parts.some((part) => WILDCARDS.has(part))) return 'all';
  if (parts.length === 0) return 'unknown';
  if (parts.every((part) => /^\/|^unix:|\.sock$/.test(part))) return 'socket';
  if (parts.every((part) => /^127\.\d+\.\d+\.\d+$|^localhost$|^::1$|^-?::1$|^(?:.*\.)?localhost$/.test(part)))
    return 'loopback';
  return 'address';
}

export interface HostPort {
  readonly scheme: string | null;
  /** Empty: all interfaces, as `:8080` means. */
  readonly host: string;
  readonly port: string | null;
}

const SCHEME_PORTS: ReadonlyMap<string, string> = new Map([
  ['http', '80'],
  ['https', '443'],
]);

/** `fd://` is a socket that systemd opened: its own unit tells where. */
const SOCKETS = new Set(['unix', 'fd', 'npipe']);

/** `host`, `host:port`, `:port`, `[v6]:port`, `scheme://host:port/path`. */
export function parseAddress(text: string): HostPort {
  const trimmed = text.trim().replace(/^(["'])(.*)\1$/s, '$2');
  const found = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(trimmed);
  const scheme = found?.[1]?.toLowerCase() ?? null;
  const rest = found?.[2] ?? '';
  if (scheme === null && /^(?:\/|unix:)/.test(rest)) return { scheme, host: rest, port: null };
  if (scheme !== null && SOCKETS.has(scheme)) return { scheme, host: `unix:${rest}`, port: null };
  const authority = rest.split(/[/?#]/)[0] ?? '';
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(authority);
  const preset = scheme === null ? null : (SCHEME_PORTS.get(scheme) ?? null);
  if (bracketed) return { scheme, host: bracketed[1] ?? '', port: bracketed[2] ?? preset };
  // More than one colon and no brackets: an IPv6 address.
  if (authority.split(':').length > 2) return { scheme, host: authority, port: preset };
  const [host = '', port] = authority.split(':');
  return { scheme, host, port: port && /^\d+$/.test(port) ? port : preset };
}

export function isIpAddress(text: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(text) || (text.includes(':') && /^[0-9a-f:.]+$/i.test(text));
}
