import type { Span } from '../model/span.ts';
import type { DeclaredProcess } from './deployment/declarations.ts';
import { mounting, outsideOf } from './deployment/given-files.ts';
import type { Graph } from './deployment/graph.ts';
import { known, type Value } from './deployment/value.ts';
import { resolveFrom } from './source/paths.ts';

/** A certificate that a configuration names, and the key that it says goes with it. */
export interface NamedCertificate {
  /** Where it is named; its text is the path. */
  readonly certificate: Value;
  readonly key: Value | null;
  /** Paths of the tree that may be meant, the likeliest first: containers see files where they are mounted. */
  readonly candidates: readonly string[];
  readonly keyCandidates: readonly string[];
  /** Every server that names it. */
  readonly servers: readonly NamingServer[];
  /** A server was told to use it. Otherwise it is handed to a container, which need not be a server. */
  readonly served: boolean;
}

export interface NamingServer {
  readonly certificate: Value;
  /** Names that it answers to; empty where they are not known, or one of them is a pattern. */
  readonly hosts: readonly string[];
  /** Where the first of them is written. */
  readonly span: Span;
}

/** Certificates of servers, of command lines, of variables and of mounts; each file of a kind once. */
export function namedCertificates({ declared, running }: Graph): readonly NamedCertificate[] {
  const found = new Map<string, NamedCertificate & { readonly servers: NamingServer[] }>();
  const add = (
    certificate: Value,
    key: Value | null,
    owners: readonly DeclaredProcess[],
    served: boolean,
    { from = certificate.span.file, hosts = [] }: { from?: string; hosts?: readonly Value[] } = {},
  ): void => {
    const candidates = placesOf(certificate, owners, from);
    const once = candidates.join('\n');
    if (candidates.length === 0) return;
    const server = { certificate, hosts: plainNames(hosts), span: (hosts[0] ?? certificate).span };
    const before = found.get(once);
    if (before) before.servers.push(server);
    const keyCandidates = key ? placesOf(key, owners, from) : [];
    if (!before) found.set(once, { certificate, key, candidates, keyCandidates, servers: [server], served });
  };
  const processes = running.map(({ process }) => process);
  const mountersOf = mounting(running);
  const readers = (file: string): readonly DeclaredProcess[] => mountersOf(file).map(({ process }) => process);
  for (const { certificate, key, hosts = [] } of declared.tls)
    if (certificate) add(certificate, key, readers(certificate.span.file), true, { hosts });
  for (const [index, { role, path, span }] of declared.references.entries()) {
    if (role !== 'certificate') continue;
    const beside = [declared.references[index + 1], declared.references[index - 1]].find(
      (other) => other?.role === 'private-key' && other.span.file === span.file,
    );
    add(path, beside?.path ?? null, readers(span.file), true);
  }
  for (const process of processes) {
    const told = [...flagsOf(process), ...process.environment];
    const key = told.find(({ name }) => KEY_SETTING.test(name))?.value ?? null;
    for (const { name, value } of told) if (CERTIFICATE_SETTING.test(name)) add(value, key, [process], true);
  }
  for (const { mounts, span } of processes) {
    for (const { source } of mounts) {
      const path = known(source);
      if (path === undefined || !CERTIFICATE_FILE.test(path)) continue;
      const stem = path.replace(CERTIFICATE_FILE, '');
      const key = mounts.find((other) => known(other.source) === `${stem}.key`)?.source ?? null;
      add(source, key, [], false, { from: span.file });
    }
  }
  return [...found.values()];
}

/** `*.example.org` and `.example.org` stand for any name below. */
function plainNames(hosts: readonly Value[]): readonly string[] {
  const names = hosts.map(
    (host) =>
      known(host)
        ?.toLowerCase()
        .replace(/^\*?\./, 'any.') ?? '',
  );
  return names.every((name) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name)) ? names : [];
}

const CERTIFICATE_SETTING =
  /^(--?((ssl|tls|https)[-_]?)?(cert|certfile|certificate|cert[-_](file|path|chain))|(.*_)?(SSL|TLS|HTTPS)_(.*_)?CERT(IFICATE)?(_?FILE|_PATH)?|(.*_)?CERTFILE)$/;
const KEY_SETTING =
  /^(--?((ssl|tls|https)[-_]?)?(key|keyfile|private[-_]?key|key[-_](file|path))|(.*_)?(SSL|TLS|HTTPS)_(.*_)?KEY(_?FILE|_PATH)?|(.*_)?KEYFILE)$/;
const CERTIFICATE_FILE = /\.(crt|cer|cert)$|(^|[-_./])(fullchain|cert|chain|server|tls)\.pem$/i;

/** `--a b` and `--a=b`. */
function flagsOf({ argv, args }: DeclaredProcess): readonly { readonly name: string; readonly value: Value }[] {
  const words = [...(argv ?? []), ...(args ?? [])];
  return words.flatMap((word, index) => {
    const [, name, rest] = /^(--?[A-Za-z][\w-]*)(?:=(.*))?$/s.exec(word.text) ?? [];
    if (name === undefined || word.kind === 'unresolved') return [];
    if (rest !== undefined) return [{ name, value: { ...word, text: rest } }];
    const next = words[index + 1];
    return next ? [{ name, value: next }] : [];
  });
}

/** Where a path leads to in the tree: beside the file that names it, or through what a container is given. */
function placesOf(value: Value, owners: readonly DeclaredProcess[], file: string): readonly string[] {
  const path = known(value);
  if (path === undefined || path === '' || /[\n\0]/.test(path)) return [];
  const mounted = owners.flatMap((owner) => outsideOf(path, owner));
  const beside = resolveFrom(file, path);
  return [...new Set([...mounted, ...(beside === null ? [] : [beside])])];
}
