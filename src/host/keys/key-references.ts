import type { KeyFileKind } from '../../model/host.ts';
import type { ConfigurationFile } from '../configuration.ts';
import { directiveValues } from '../linux/unit-files.ts';

/** A file with a key or with credentials that something names. */
export interface KeyReference {
  readonly path: string;
  readonly kind: KeyFileKind;
  readonly namedBy: string;
  /** The certificate that goes with it, where that is named too. */
  readonly certificate: string | null;
  /** Why nothing that names it is in effect; null: something is, or it lies in a usual place. */
  readonly idle: string | null;
  /** The account of the process that was given it on its command line. */
  readonly user?: string;
}

/** What a file names, before it is known whether the file is in effect. */
type NamedKey = Omit<KeyReference, 'idle' | 'user'>;

/** What a configuration file names. Paths that are not written out (`$domain`, relative to nobody knows what) are passed over. */
export function keyReferences(file: ConfigurationFile): KeyReference[] {
  return namedKeys(file)
    .filter((one) => one.path.startsWith('/') && !/[$*{}]/.test(one.path))
    .map((one) => ({ ...one, idle: file.idle }));
}

function namedKeys({ role, path, text, base, unit }: ConfigurationFile): NamedKey[] {
  if (text === null) return [];
  switch (role) {
    case 'unit':
    case 'drop-in':
      return ofUnit(text);
    case 'proxy':
      return ofProxy(text, base ?? '');
    case 'environment':
      return [{ path, kind: 'environment', namedBy: `EnvironmentFile of ${unit}`, certificate: null }];
    case 'service':
    case 'compose':
      return [];
  }
}

function ofUnit(text: string): NamedKey[] {
  const credentials = directiveValues(text, 'LoadCredential').map((value) => value.slice(value.indexOf(':') + 1));
  return credentials.map((path) => ({ path, kind: 'secret', namedBy: 'LoadCredential', certificate: null }));
}

/** nginx, Apache, Caddy, HAProxy, Traefik: each by its own word. */
function ofProxy(text: string, directory: string): NamedKey[] {
  const bare = text.replace(/^\s*#.*$/gm, '');
  const absolute = (path: string): string => (path.startsWith('/') ? path : `${directory}/${path}`);
  const pair = (key: RegExp, certificate: RegExp, namedBy: string): NamedKey[] => {
    const certificates = [...bare.matchAll(certificate)];
    return [...bare.matchAll(key)].map((match, i) => {
      const beside = certificates[i]?.[1];
      return {
        path: absolute(match[1] ?? ''),
        kind: 'private-key',
        namedBy,
        certificate: beside === undefined ? null : absolute(beside),
      };
    });
  };
  const value = '\\s+"?([^\\s;"]+)"?';
  const words = (name: string): RegExp => new RegExp(`(?:^|[;{}])\\s*${name}${value}`, 'gm');
  const yaml = (name: string): RegExp => new RegExp(`\\b${name}\\s*[:=]\\s*["']?([^\\s"',]+)`, 'g');
  return [
    ...pair(words('ssl_certificate_key'), words('ssl_certificate'), 'nginx ssl_certificate_key'),
    ...pair(words('proxy_ssl_certificate_key'), words('proxy_ssl_certificate'), 'nginx proxy_ssl_certificate_key'),
    ...pair(words('SSLCertificateKeyFile'), words('SSLCertificateFile'), 'SSLCertificateKeyFile'),
    ...pair(yaml('keyFile'), yaml('certFile'), 'Traefik keyFile'),
    ...[...bare.matchAll(/^\s*tls\s+(\/\S+)\s+(\/\S+)/gm)].map(
      ([, certificate = '', path = '']): NamedKey => ({
        path,
        kind: 'private-key',
        namedBy: 'Caddy tls',
        certificate,
      }),
    ),
    ...[...bare.matchAll(/^\s*bind\s.*?\bcrt\s+(\/\S+)/gm)].map(
      ([, path = '']): NamedKey => ({ path, kind: 'private-key', namedBy: 'HAProxy crt', certificate: path }),
    ),
  ];
}

/** Directories that web servers hand out, as their configuration has them. */
export function webRoots(files: readonly ConfigurationFile[]): string[] {
  const written = files
    .filter(({ role, idle }) => role === 'proxy' && idle === null)
    .flatMap(({ text }) =>
      [...(text ?? '').matchAll(/^\s*(?:root|DocumentRoot)\s+"?(\/[^\s;"]+)"?/gm)].map(([, path = '']) => path),
    );
  return [...new Set([...written.map((path) => path.replace(/\/+$/, '')), ...USUAL_ROOTS])].filter(
    (path) => path !== '',
  );
}

const USUAL_ROOTS = ['/var/www', '/usr/share/nginx/html', '/usr/share/caddy', '/srv/www', '/srv/http'];
