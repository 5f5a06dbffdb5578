import type { Collector } from '../../deployment/collector.ts';
import type { Value } from '../../deployment/value.ts';
import type { NodeSource, Stretch } from './source.ts';

/**
 * What servers show their callers, and what they ask of them. What they do with `rejectUnauthorized` concerns callers, not
 * others: the places where it was settled are returned.
 */
export function addServerCertificates(source: NodeSource, out: Collector): ReadonlySet<number> {
  const settled = new Set<number>();
  for (const call of source.calls(/\b(?:createServer|createSecureServer)/)) {
    for (const options of call.arguments.map((one) => source.properties(one))) {
      const [requested, reject] = [options.get('requestCert'), options.get('rejectUnauthorized')];
      const [certificate, key] = [readFile(source, options.get('cert')), readFile(source, options.get('key'))];
      const asks = requested !== undefined && source.value(requested).text === 'true';
      if (!asks && !(certificate && key)) continue;
      if (asks && reject) settled.add(reject.from);
      const optional = reject !== undefined && source.value(reject).text === 'false';
      out.tls.push({
        software: 'node',
        protocols: null,
        ciphers: null,
        clientCertificate: asks
          ? { mode: optional ? 'optional-unverified' : 'required', span: source.span(reject ?? requested) }
          : null,
        certificate,
        key,
        span: source.span(requested ?? { from: call.at, to: call.nameEnd }),
      });
    }
  }
  return settled;
}

/** The path in `fs.readFileSync('tls/server.crt')`. */
function readFile(source: NodeSource, stretch: Stretch | undefined): Value | null {
  if (!stretch) return null;
  const call = source.calls(/\breadFileSync/).find(({ at }) => at >= stretch.from && at < stretch.to);
  const [path] = call?.arguments ?? [];
  const value = path && source.value(path);
  return value && value.kind !== 'unresolved' ? value : null;
}
