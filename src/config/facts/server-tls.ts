import type { ServerTlsFact } from '../../model/declared.ts';
import type { Span } from '../../model/span.ts';
import type { TlsTables } from '../../model/tls-table.ts';
import type { DeclaredTls } from '../deployment/declarations.ts';
import { known, type Value } from '../deployment/value.ts';
import { isExample } from '../source/paths.ts';
import type { Places } from './place.ts';
import { NONE, weakSuites } from './weak-suites.ts';

/** What a server's file says of its TLS; each setting is a fact of its own, because each is mended where it stands. */
export function serverTlsFacts(
  all: readonly DeclaredTls[],
  tables: TlsTables | null,
  places: Places,
): readonly ServerTlsFact[] {
  return all.flatMap((tls) => {
    const fact = (at: Span, values: Partial<ServerTlsFact>): ServerTlsFact => ({
      kind: 'server-tls',
      software: tls.software,
      obsolete: [],
      weak: [],
      severe: false,
      clientCertificate: null,
      location: places.at(at),
      chain: [],
      identity: ['server-tls', at.file, Object.keys(values).join()].join('\n'),
      confidence: isExample(at.file) ? 'low' : 'high',
      edits: [],
      advice: '',
      example: isExample(at.file),
      ...values,
    });
    const obsolete = (tls.protocols ?? []).flatMap((value) => obsoleteVersion(known(value)) ?? []);
    const { weak, severe } = tables && tls.ciphers ? weakSuites(tls.software, tls.ciphers, tables) : NONE;
    return [
      ...(obsolete.length > 0
        ? [fact(spanOf(tls.protocols ?? [], tls.span), { obsolete: [...new Set(obsolete)] })]
        : []),
      ...(weak.length > 0 && tls.ciphers ? [fact(tls.ciphers.span, { weak, severe })] : []),
      ...(tls.clientCertificate
        ? [fact(tls.clientCertificate.span, { clientCertificate: tls.clientCertificate.mode })]
        : []),
    ];
  });
}

/** As nginx, Apache, HAProxy, Traefik, Caddy, Go and Python spell them. */
function obsoleteVersion(text: string | undefined): string | null {
  const plain = (text ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/^protocol/, '')
    .replace(/^versiontls|^version/, 'tls');
  if (/^\+?sslv?2$/.test(plain)) return 'SSLv2';
  if (/^sslv?3(?:0)?$/.test(plain)) return 'SSLv3';
  if (/^tlsv?1(?:0)?$/.test(plain)) return 'TLSv1.0';
  return /^tlsv?11$/.test(plain) ? 'TLSv1.1' : null;
}

function spanOf(values: readonly Value[], fallback: Span): Span {
  const [first] = values;
  const last = values.at(-1);
  return first && last && first.span.file === last.span.file
    ? { ...first.span, end: Math.max(first.span.end, last.span.end) }
    : fallback;
}
