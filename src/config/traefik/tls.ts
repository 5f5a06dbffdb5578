import type { DeclaredTls } from '../deployment/declarations.ts';
import { known, type Value, written } from '../deployment/value.ts';
import { first, type Named, type TraefikModel, values } from './model.ts';

/** https://doc.traefik.io/traefik/https/tls/#tls-options */
export function traefikTls(model: TraefikModel): readonly DeclaredTls[] {
  return model.all('tls', 'options').map((options) => ({
    software: 'traefik',
    protocols: protocols(options),
    ciphers: ciphers(options),
    clientCertificate: clientCertificate(options),
    certificate: null,
    key: null,
    span: options.span,
  }));
}

const VERSIONS = ['VersionTLS10', 'VersionTLS11', 'VersionTLS12', 'VersionTLS13'];
const NAMES = ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

function protocols(options: Named): readonly Value[] | null {
  const minimum = first(options, 'minversion');
  const text = known(minimum);
  if (!minimum) return null;
  if (text === undefined) return [minimum];
  const from = VERSIONS.indexOf(text);
  const to = VERSIONS.indexOf(known(first(options, 'maxversion')) ?? 'VersionTLS13');
  return from === -1 ? null : NAMES.slice(from, to + 1).map((name) => written(name, minimum.span));
}

/** Go leaves the hash out of two names (crypto/tls, cipher_suites.go). */
function ciphers(options: Named): Value | null {
  const suites = values(options, 'ciphersuites');
  const [one, last] = [suites[0], suites.at(-1)];
  if (!one || !last) return null;
  const names = suites.map(({ text }) => text.replace(/_CHACHA20_POLY1305$/, '_CHACHA20_POLY1305_SHA256'));
  return written(names.join(':'), { ...one.span, end: Math.max(one.span.end, last.span.end) });
}

const MODES = {
  NoClientCert: 'none',
  RequestClientCert: 'optional-unverified',
  RequireAnyClientCert: 'optional-unverified',
  VerifyClientCertIfGiven: 'optional',
  RequireAndVerifyClientCert: 'required',
} as const;

function clientCertificate(options: Named): DeclaredTls['clientCertificate'] {
  const type = first(options, 'clientauth', 'clientauthtype');
  const mode = MODES[(known(type) ?? '') as keyof typeof MODES];
  return type && mode ? { mode, span: type.span } : null;
}
