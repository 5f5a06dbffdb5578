import type { Collector } from '../../deployment/collector.ts';
import { addServerCertificates } from './server-certificates.ts';
import type { NodeSource, Stretch } from './source.ts';

const OFF_WHEN_FALSE = /\b(rejectUnauthorized|strictSSL|verifySSL|sslVerify|checkServerIdentity)\s*:\s*/g;
const OFF_WHEN_TRUE =
  /\b(insecureSkipVerify|allowUnauthorized|ignoreHTTPSErrors|tlsAllowInvalidCertificates|insecure)\s*:\s*/g;

/** Settings by which code stops to check whom it talks to, variables it sets for itself, oldest TLS version, CORS. */
export function addSettings(source: NodeSource, harmless: boolean, out: Collector): void {
  const settled = addServerCertificates(source, out);
  for (const [pattern, offWhen] of [
    [OFF_WHEN_FALSE, 'false'],
    [OFF_WHEN_TRUE, 'true'],
  ] as const) {
    for (const match of source.matches(pattern)) {
      const [, name = ''] = match;
      const from = match.index + match[0].length;
      if (settled.has(from)) continue;
      const value = source.value({ from, to: source.expressionEnd(from) });
      if (name === 'insecure' || name === 'ignoreHTTPSErrors' || name === 'checkServerIdentity') continue;
      if (value.kind === 'unresolved' ? !/process\.env/.test(value.text) : !/^(true|false)$/.test(value.text)) continue;
      const verification = value.kind === 'unresolved' ? 'unknown' : value.text === offWhen ? 'off' : 'on';
      out.clients.push({
        setting: name,
        verification,
        caFile: null,
        value,
        harmless,
        byDefault: value.kind === 'default',
      });
    }
  }
  for (const match of source.matches(/\bprocess\.env\s*(?:\.(\w+)|\[)/g)) assigned(source, match, out);
  for (const match of source.matches(/\b(minVersion|maxVersion|secureProtocol|ciphers)\s*:\s*/g)) {
    const from = match.index + match[0].length;
    const value = source.value({ from, to: source.expressionEnd(from) });
    const isCiphers = match[1] === 'ciphers';
    const protocols = match[1] === 'minVersion' || match[1] === 'secureProtocol' ? [value] : null;
    if (!isCiphers && !protocols) continue;
    out.tls.push({
      software: 'node',
      protocols,
      ciphers: isCiphers ? value : null,
      clientCertificate: null,
      certificate: null,
      key: null,
      span: value.span,
    });
  }
  addCrossOrigin(source, out);
}

/** `process.env.X = 'y'`, `process.env['X'] = 'y'`. */
function assigned(source: NodeSource, match: RegExpExecArray, out: Collector): void {
  const after = match.index + match[0].length;
  const head = source.text.slice(after, after + 200);
  const [skip, quoted] =
    (match[1]
      ? /^()\s*=(?!=)\s*/.exec(head)?.slice(0, 2)
      : /^\s*["'](\w+)["']\s*\]\s*=(?!=)\s*/.exec(head)?.slice(0, 2)) ?? [];
  if (skip === undefined) return;
  const name = match[1] ?? quoted;
  const from = after + skip.length;
  const value = source.value({ from, to: source.expressionEnd(from) });
  if (name && value.kind !== 'unresolved') out.variables.push({ name, value });
}

/** `cors()` without options lets every origin in; a header set by hand says the same. */
function addCrossOrigin(source: NodeSource, out: Collector): void {
  const process = out.processes.find(({ listeners }) => listeners.length > 0)?.id ?? null;
  const push = (setting: string, stretch: Stretch, fallback: string | null) => {
    const span = source.span(stretch);
    out.settings.push({
      setting,
      process,
      value: fallback === null ? source.value(stretch) : { kind: 'default', text: fallback, span, via: [] },
    });
  };
  for (const call of source.calls(/\b(?:cors|enableCors)/)) {
    const [options] = call.arguments;
    const properties = options ? source.properties(options) : new Map<string, Stretch>();
    const origin = properties.get('origin');
    const credentials = properties.get('credentials');
    if (origin) push('cors(origin=)', origin, null);
    else if (!options || properties.size > 0) push('cors(origin=)', { from: call.at, to: call.nameEnd }, '*');
    if (credentials) push('cors(credentials=)', credentials, null);
  }
  for (const call of source.calls(/\.(?:setHeader|header|set)/)) {
    const [name, value] = call.arguments;
    if (!name || !value || !/^["']access-control-allow-(origin|credentials)["']$/i.test(source.slice(name))) continue;
    push(
      /origin/i.test(source.slice(name)) ? 'Access-Control-Allow-Origin' : 'Access-Control-Allow-Credentials',
      value,
      null,
    );
  }
}
