/** One listening socket as `lsof -FpcLnt` names it. */
export interface LsofSocket {
  readonly pid: number;
  readonly command: string;
  readonly user: string | null;
  readonly family: 4 | 6;
  readonly address: string;
  readonly port: number;
}

/**
 * Field output of lsof: a line per field, `p` begins a process and `f` a file. A name is `host:port`, `[v6]:port` or
 * `*:port`. Source: lsof(8), "OUTPUT FOR OTHER PROGRAMS".
 */
export function readLsof(text: string): LsofSocket[] {
  const sockets: LsofSocket[] = [];
  let holder = { pid: 0, command: '', user: null as string | null };
  let family: 4 | 6 = 4;
  for (const line of text.split(/\r?\n/)) {
    const value = line.slice(1);
    switch (line[0]) {
      case 'p':
        holder = { pid: Number(value), command: '', user: null };
        break;
      case 'c':
        holder.command = unescaped(value);
        break;
      case 'L':
        holder.user = value;
        break;
      case 't':
        family = value === 'IPv6' ? 6 : 4;
        break;
      case 'n': {
        const place = placeOf(value, family);
        if (place && holder.pid > 0) sockets.push({ ...holder, family, ...place });
        break;
      }
    }
  }
  return sockets;
}

function placeOf(name: string, family: 4 | 6): { readonly address: string; readonly port: number } | null {
  const match = /^(\*|\[[0-9a-fA-F:.%\w]+\]|[0-9.]+):(\d{1,5})(?: \(LISTEN\))?$/.exec(name);
  if (!match) return null;
  const host = (match[1] ?? '')
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '')
    .toLowerCase()
    // The kernel of macOS keeps the number of the interface within a link-local address.
    .replace(/^fe80:[0-9a-f]+::/, 'fe80::');
  return { address: host === '*' ? (family === 6 ? '::' : '0.0.0.0') : host, port: Number(match[2]) };
}

/** Bytes that are not printable in the locale are written `\xc3`, spaces in some versions `\x20`. */
function unescaped(text: string): string {
  return text.replace(/(?:\\x[0-9a-f]{2})+/gi, (bytes) =>
    Buffer.from(bytes.replaceAll(/\\x/gi, ''), 'hex').toString('utf8'),
  );
}
