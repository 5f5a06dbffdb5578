import type { DeclaredTls, FileReference } from '../../deployment/declarations.ts';
import { written } from '../../deployment/value.ts';
import type { Segment } from './syntax.ts';
import { valueAt } from './values.ts';

/** `tls` of a site (https://caddyserver.com/docs/caddyfile/directives/tls). */
export function declaredTls(segment: Segment): DeclaredTls {
  const lines = segment.block ?? [];
  const find = (name: string): Segment | undefined => lines.findLast((line) => line.name.text === name);
  const [certificate, key] = segment.args;
  const ciphers = find('ciphers');
  const [first] = ciphers?.args ?? [];
  return {
    software: 'caddy',
    protocols: find('protocols')?.args.map((token) => valueAt(token)) ?? null,
    ciphers:
      ciphers && first
        ? written(ciphers.args.map(({ text }) => text).join(':'), { ...first.span, end: ciphers.span.end })
        : null,
    clientCertificate: clientCertificate(find('client_auth')),
    certificate: certificate && key ? valueAt(certificate) : null,
    key: certificate && key ? valueAt(key) : null,
    span: segment.span,
  };
}

/** Whether `tls` says how it is spoken, and not only where certificates come from. */
export function makesPolicy({ args, block }: Segment): boolean {
  return args.length > 1 || (block ?? []).some(({ name }) => POLICY.has(name.text));
}

const POLICY = new Set(['protocols', 'ciphers', 'curves', 'alpn', 'client_auth', 'load']);

/** modules/caddytls/connpolicy.go: with an authority the default is to require and verify, without one to require any. */
const MODES = {
  request: 'optional-unverified',
  require: 'optional-unverified',
  verify_if_given: 'optional',
  require_and_verify: 'required',
} as const;

function clientCertificate(client: Segment | undefined): DeclaredTls['clientCertificate'] {
  if (!client) return null;
  const mode = client.block?.findLast(({ name }) => name.text === 'mode')?.args[0];
  if (mode) {
    const known = MODES[mode.text as keyof typeof MODES];
    return known ? { mode: known, span: mode.span } : null;
  }
  const trusts = client.block?.some(({ name }) => /^trust/.test(name.text));
  return { mode: trusts ? 'required' : 'optional-unverified', span: client.span };
}

export function tlsReferences(segment: Segment): readonly FileReference[] {
  const [certificate, key] = segment.args;
  const files: FileReference[] = [];
  if (certificate && key) {
    files.push({ path: valueAt(certificate), role: 'certificate', optional: false, span: segment.span });
    files.push({ path: valueAt(key), role: 'private-key', optional: false, span: segment.span });
  }
  const walk = (segments: readonly Segment[]): void => {
    for (const { name, args, block, span } of segments) {
      const [path] =
        name.text === 'trusted_ca_cert_file' || name.text === 'pem_file' || name.text === 'trusted_leaf_cert_file'
          ? args.slice(-1)
          : [];
      if (path) files.push({ path: valueAt(path), role: 'ca', optional: false, span });
      if (block) walk(block);
    }
  };
  walk(segment.block ?? []);
  return files;
}
