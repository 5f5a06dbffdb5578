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
  /** The account of the process that was given it on its command line. */
  readonly user?: string;
}

/** What a configuration file names. Paths that are not written out (`$domain`, relative to nobody knows what) are passed over. */
export function keyReferences(file: ConfigurationFile): KeyReference[] {
  const { role, path, text } = file;
  if (text === null) return [];
  const found =
    role === 'unit' || role === 'drop-in' ? ofUnit(text) : role === 'proxy' ? ofProxy(text, directoryOf(path)) : [];
  const own: KeyReference[] =
    role === 'environment'
      ? [{ path, kind: 'environment', namedBy: `EnvironmentFile of ${file.unit}`, certificate: null }]
      : [];
  return [...own, ...found].filter((one) => one.path.startsWith('/') && !/[$*{}]/.test(one.path));
}

function ofUnit(text: string): KeyReference[] {
  const credentials = directiveValues(text, 'LoadCredential').map((value) => value.slice(value.indexOf(':') + 1));
  return credentials.map((path) => ({ path, kind: 'secret', namedBy: 'LoadCredential', certificate: null }));
}

/** nginx, Apache, Caddy, HAProxy, Traefik: each by its own word. */
function ofProxy(text: string, directory: string): KeyReference[] {
  const bare = text.replace(/^\s*#.*$/gm, '');
  const absolute = (path: string): string => (path.startsWith('/') ? path : `${directory}/${path}`);
  const pair = (key: RegExp, certificate: RegExp, namedBy: string): KeyReference[] => {
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
  const words = (name: string): RegExp => new RegExp(`^\\s*${name}${value}`, 'gm');
  const yaml = (name: string): RegExp => new RegExp(`\\b${name}\\s*[:=]\\s*["']?([^\\s"',]+)`, 'g');
  return [
    ...pair(words('ssl_certificate_key'), words('ssl_certificate'), 'nginx ssl_certificate_key'),
    ...pair(words('proxy_ssl_certificate_key'), words('proxy_ssl_certificate'), 'nginx proxy_ssl_certificate_key'),
    ...pair(words('SSLCertificateKeyFile'), words('SSLCertificateFile'), 'SSLCertificateKeyFile'),
    ...pair(yaml('keyFile'), yaml('certFile'), 'Traefik keyFile'),
    ...[...bare.matchAll(/^\s*tls\s+(\/\S+)\s+(\/\S+)/gm)].map(
      ([, certificate = '', path = '']): KeyReference => ({
        path,
        kind: 'private-key',
        namedBy: 'Caddy tls',
        certificate,
      }),
    ),
    ...[...bare.matchAll(/^\s*bind\s.*?\bcrt\s+(\/\S+)/gm)].map(
      ([, path = '']): KeyReference => ({ path, kind: 'private-key', namedBy: 'HAProxy crt', certificate: path }),
    ),
  ];
}

/** Directories that web servers hand out, as their configuration has them. */
export function webRoots(files: readonly ConfigurationFile[]): string[] {
  const written = files
    .filter(({ role }) => role === 'proxy')
    .flatMap(({ text }) =>
      [...(text ?? '').matchAll(/^\s*(?:root|DocumentRoot)\s+"?(\/[^\s;"]+)"?/gm)].map(([, path = '']) => path),
    );
  return [...new Set([...written.map((path) => path.replace(/\/+$/, '')), ...USUAL_ROOTS])].filter(
    (path) => path !== '',
  );
}

const USUAL_ROOTS = ['/var/www', '/usr/share/nginx/html', '/usr/share/caddy', '/srv/www', '/srv/http'];

function directoryOf(path: string): string {
  // Relative paths of nginx count from its own directory, wherever the file is.
  if (path.startsWith('/etc/nginx/')) return '/etc/nginx';
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
