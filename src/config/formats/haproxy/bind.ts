import type { DeclaredTls, FileReference, ProxyListener } from '../../deployment/declarations.ts';
import { unresolved, type Value, written } from '../../deployment/value.ts';
import { authority, type Placed, part } from '../../source/placed.ts';
import type { Line, Word } from './syntax.ts';

export function valueAt({ text, span }: Placed): Value {
  if (/\{\{|\{%|<%/.test(text)) return unresolved(text, span, 'a template fills it');
  return text.includes('$') ? unresolved(text, span, 'it is set where HAProxy runs') : written(text, span);
}

/** `bind` of a front end: several addresses with commas between, then options. */
export function bindListeners({ args, span }: Line): readonly ProxyListener[] {
  const [places, ...options] = args;
  if (!places) return [];
  const tls = options.some(({ text }) => text === 'ssl') || /(^|,)quic[46]?@/.test(places.text) ? 'on' : 'off';
  const listeners: ProxyListener[] = [];
  let start = 0;
  for (const text of places.text.split(',')) {
    listeners.push({ ...door(part(places, start, start + text.length)), tls, span });
    start += text.length + 1;
  }
  return listeners;
}

function door(place: Placed): { readonly address: Value | null; readonly port: Value | null } {
  const prefix = /^(ipv4@|ipv6@|quic4@|quic6@|tcp4@|tcp6@|tcp@|udp@)/.exec(place.text)?.[0].length ?? 0;
  const rest = part(place, prefix);
  if (/^(unix@|abns@|fd@|sockpair@|\/)/.test(rest.text)) {
    const path = valueAt(part(rest, /^[a-z]+@/.exec(rest.text)?.[0].length ?? 0));
    return { address: path.kind === 'unresolved' ? path : { ...path, text: `unix:${path.text}` }, port: null };
  }
  const { host, port } = authority(rest, 'port');
  return { address: host && host.text !== '*' ? valueAt(host) : null, port: port && valueAt(port) };
}

/** The word behind an option of a `bind` or `server` line. */
export function option(words: readonly Word[], name: string): Word | undefined {
  const at = words.findIndex(({ text }) => text === name);
  return at === -1 ? undefined : words[at + 1];
}

const VERSIONS = ['SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** TLS of a `bind` line, with what `global` gives to all. */
export function bindTls({ args, span }: Line, globals: readonly Line[]): DeclaredTls {
  const global = (name: string): readonly Word[] => globals.findLast((line) => line.name.text === name)?.args ?? [];
  const ciphers = option(args, 'ciphers') ?? global('ssl-default-bind-ciphers')[0];
  const certificate = option(args, 'crt');
  return {
    software: 'haproxy',
    protocols: protocols(args) ?? protocols(global('ssl-default-bind-options')),
    ciphers: ciphers ? valueAt(ciphers) : null,
    clientCertificate: clientCertificate(args),
    certificate: certificate ? valueAt(certificate) : null,
    key: certificate ? valueAt(certificate) : null,
    span,
  };
}

/** Without `ssl-min-ver` the least is TLSv1.2, whatever `no-…` say. */
function protocols(words: readonly Word[]): readonly Value[] | null {
  const minimum = option(words, 'ssl-min-ver');
  const forced = words.find(({ text }) => /^force-(sslv3|tlsv1\d)$/.test(text));
  if (!minimum && !forced) return null;
  const maximum = option(words, 'ssl-max-ver')?.text ?? 'TLSv1.3';
  const told = minimum ?? forced;
  if (!told) return null;
  const one = forced ? FORCED[forced.text.slice('force-'.length)] : undefined;
  if (!one && told.text.includes('$')) return [valueAt(told)];
  const off = new Set(words.map(({ text }) => FORCED[text.replace(/^no-/, '')]));
  const range = VERSIONS.filter(
    (name, index) => index >= VERSIONS.indexOf(told.text) && index <= VERSIONS.indexOf(maximum) && !off.has(name),
  );
  return (one ? [one] : range).map((text) => written(text, told.span));
}

const FORCED: Readonly<Record<string, string>> = {
  sslv3: 'SSLv3',
  tlsv10: 'TLSv1.0',
  tlsv11: 'TLSv1.1',
  tlsv12: 'TLSv1.2',
  tlsv13: 'TLSv1.3',
};

function clientCertificate(args: readonly Word[]): DeclaredTls['clientCertificate'] {
  const verify = option(args, 'verify');
  if (!verify) return null;
  const ignores = args.some(({ text }) => text === 'crt-ignore-err' || text === 'ca-ignore-err');
  if (verify.text === 'required') return { mode: ignores ? 'optional-unverified' : 'required', span: verify.span };
  if (verify.text === 'optional') return { mode: ignores ? 'optional-unverified' : 'optional', span: verify.span };
  return { mode: 'none', span: verify.span };
}

export function bindReferences({ args, span }: Line): readonly FileReference[] {
  const found: FileReference[] = [];
  for (const [index, { text }] of args.entries()) {
    const path = args[index + 1];
    if (!path) continue;
    // One file holds certificate and key.
    if (text === 'crt') found.push({ path: valueAt(path), role: 'private-key', optional: false, span });
    if (text === 'ca-file') found.push({ path: valueAt(path), role: 'ca', optional: false, span });
  }
  return found;
}
