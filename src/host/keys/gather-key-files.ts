import type { KeyFileFacts, KeyFileKind } from '../../model/host.ts';
import type { Machine } from '../../system/machine.ts';
import { type Accounts, accountsOf } from './accounts.ts';
import { gitTreeOf } from './gather-git.ts';
import type { KeyReference } from './key-references.ts';

/** A key file with what only the audit needs. */
export interface FoundKeyFile {
  readonly facts: KeyFileFacts;
  /** Names of people who may read it through its group or its access list. */
  readonly readers: readonly string[];
  readonly certificate: string | null;
  /** Processes that were given it, with their accounts. */
  readonly usedBy: readonly { readonly by: string; readonly user: string }[];
  /** Why nothing that names it is in effect; null: something is, or it lies in a usual place. */
  readonly idle: string | null;
}

/** A directory that goes with an AI service's process, and the account it runs as. */
export interface OwnDirectory {
  readonly directory: string;
  readonly user: string | null;
}

const MAX_FILE = 262_144;
/** Where keys are kept when nothing names them. */
const DIRECTORIES = [
  '/etc/ssl/private',
  '/etc/pki/tls/private',
  '/etc/nginx/ssl',
  '/etc/nginx/certs',
  '/etc/caddy/certs',
  '/etc/haproxy/certs',
  '/etc/ollama',
  '/etc/litellm',
];
const USUAL = 'usual place';
const LETSENCRYPT = '/etc/letsencrypt/live';
const IN_HOMES = ['.ollama/id_ed25519', '.cache/huggingface/token', '.huggingface/token', '.config/opencode/auth.json'];

/** Keys that configurations name, and those in the usual places: who may read them, and where they lie. */
export async function gatherKeyFiles(
  machine: Machine,
  references: readonly KeyReference[],
  homes: readonly OwnDirectory[],
  workingDirectories: readonly OwnDirectory[],
  roots: readonly string[],
): Promise<FoundKeyFile[]> {
  const text = async (path: string): Promise<string> => {
    const read = await machine.read(path, MAX_FILE);
    return read.status === 'ok' ? read.text : '';
  };
  const accounts = accountsOf(await text('/etc/passwd'), await text('/etc/group'));
  const candidates = [...references, ...(await usualPlaces(machine, homes, workingDirectories))];
  const found = new Map<string, FoundKeyFile>();
  for (const reference of candidates) {
    const path = (await machine.real(reference.path)) ?? reference.path;
    const known = found.get(path);
    if (known) {
      // What a configuration names comes first, and knows the certificate; every process that was given it counts.
      const idle = reference.idle === null ? null : known.idle;
      found.set(path, { ...known, idle, usedBy: [...known.usedBy, ...usersOf(reference)] });
      continue;
    }
    const file = await examine(machine, { ...reference, path }, accounts, roots);
    if (file) found.set(path, file);
  }
  return [...found.values()].sort((a, b) => (a.facts.path < b.facts.path ? -1 : 1));
}

async function usualPlaces(
  machine: Machine,
  homes: readonly OwnDirectory[],
  workingDirectories: readonly OwnDirectory[],
): Promise<KeyReference[]> {
  const found: KeyReference[] = [];
  const add = (path: string, kind: KeyFileKind, certificate: string | null = null): void => {
    found.push({ path, kind, namedBy: USUAL, certificate, idle: null });
  };
  for (const directory of DIRECTORIES) {
    const names = (await machine.names(directory)) ?? [];
    for (const name of names) {
      if (/\.(?:env|token)$|^\.env|^environment$/.test(name)) add(`${directory}/${name}`, 'environment');
      else if (/\.(?:key|pem|p8)$|privkey/.test(name))
        add(`${directory}/${name}`, 'private-key', besideOf(directory, name, names));
    }
  }
  for (const name of (await machine.names(LETSENCRYPT)) ?? [])
    add(`${LETSENCRYPT}/${name}/privkey.pem`, 'private-key', `${LETSENCRYPT}/${name}/fullchain.pem`);
  const ofProcess = (path: string, kind: KeyFileKind, user: string | null): void => {
    found.push({ path, kind, namedBy: USUAL, certificate: null, idle: null, ...(user ? { user } : {}) });
  };
  for (const { directory, user } of homes)
    for (const name of IN_HOMES)
      ofProcess(`${directory}/${name}`, name.includes('id_') ? 'private-key' : 'secret', user);
  for (const { directory, user } of workingDirectories) ofProcess(`${directory}/.env`, 'environment', user);
  return found;
}

/** `ai.key` goes with `ai.crt`. */
function besideOf(directory: string, name: string, names: readonly string[]): string | null {
  const stem = name.replace(/(?:[.-]key)?\.(?:key|pem|p8)$/, '');
  const other = [`${stem}.crt`, `${stem}.cer`, `${stem}-cert.pem`, `${stem}.cert.pem`].find((one) =>
    names.includes(one),
  );
  return other === undefined ? null : `${directory}/${other}`;
}

async function examine(
  machine: Machine,
  { path, kind, namedBy, certificate, idle, user }: KeyReference,
  accounts: Accounts,
  roots: readonly string[],
): Promise<FoundKeyFile | null> {
  const status = await machine.status(path);
  if (status?.kind !== 'file') return null;
  const read = await machine.read(path, MAX_FILE);
  const content = read.status === 'ok' ? read.text : null;
  // A file of certificates alone is no key, whatever it is called.
  if (kind === 'private-key' && content !== null && !/PRIVATE KEY-----/.test(content)) return null;
  if (kind === 'environment' && content !== null && !mayHoldSecrets(content)) return null;
  const { mode, uid, gid } = status;
  const accessList = (await machine.accessList(path))?.map((entry) => withNames(entry, accounts)) ?? null;
  const named = (accessList ?? []).flatMap((entry) => readerOf(entry, accounts));
  const groupReadable = (mode & 0o040) !== 0;
  const people = groupReadable ? accounts.peopleIn(gid, uid) : [];
  const way = await wayTo(machine, path, accounts);
  const facts: KeyFileFacts = {
    path,
    kind,
    namedBy,
    mode: mode.toString(8).padStart(4, '0'),
    owner: accounts.user(uid),
    group: accounts.group(gid),
    groupReadable: groupReadable || named.length > 0,
    worldReadable: (mode & 0o004) !== 0,
    dedicatedGroup: people.length === 0 && named.length === 0,
    accessList,
    writableDirectory: (mode & 0o002) !== 0 ? path : way.writable,
    reachable: way.reachable,
    encrypted: kind === 'private-key' ? (content === null ? 'unknown' : /ENCRYPTED/.test(content)) : false,
    inGit: await gitTreeOf(machine, path),
    inWebRoot: roots.find((root) => path.startsWith(`${root}/`)) ?? null,
    matchesCertificate: null,
  };
  return {
    facts,
    readers: [...people, ...named],
    certificate,
    idle,
    usedBy: usersOf({ namedBy, ...(user ? { user } : {}) }),
  };
}

const SECRET_NAME = /key|token|secret|pass|credential|auth|salt|jwt|pin|login/i;

/** Settings alone are nobody's secret. In doubt they are: a name with such a word in it, or a login in a URL. */
function mayHoldSecrets(text: string): boolean {
  return text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .some((line) => SECRET_NAME.test(line.slice(0, Math.max(0, line.indexOf('=')))) || /:\/\/[^/\s@]+@/.test(line));
}

function usersOf({ namedBy, user }: Pick<KeyReference, 'namedBy' | 'user'>): FoundKeyFile['usedBy'] {
  return user === undefined ? [] : [{ by: namedBy === USUAL ? 'the service beside it' : namedBy, user }];
}

/** `user:1000:r--` → `user:alice:r--` */
function withNames(entry: string, accounts: Accounts): string {
  const [sort = '', number = '', bits = ''] = entry.split(':');
  const name = sort === 'user' ? accounts.user(Number(number)) : accounts.group(Number(number));
  return `${sort}:${name}:${bits}`;
}

/** A person, or a group of which nobody knows who is in it. */
function readerOf(entry: string, accounts: Accounts): string[] {
  const [sort = '', name = '', bits = ''] = entry.split(':');
  if (!bits.startsWith('r')) return [];
  if (sort === 'group') return [`group ${name}`];
  return accounts.isPerson(name) ? [name] : [];
}

interface Way {
  /** The first directory from the root on that others may write to. */
  readonly writable: string | null;
  /** Whether others get through all of them. */
  readonly reachable: boolean | 'unknown';
}

async function wayTo(machine: Machine, path: string, accounts: Accounts): Promise<Way> {
  const parts = path.split('/').slice(1, -1);
  const directories = ['/', ...parts.map((_, i) => `/${parts.slice(0, i + 1).join('/')}`)];
  let writable: string | null = null;
  let reachable: Way['reachable'] = true;
  for (const directory of directories) {
    const status = await machine.status(directory);
    if (status === null) {
      if (reachable === true) reachable = 'unknown';
      continue;
    }
    const { mode, uid, gid } = status;
    if ((mode & 0o001) === 0) reachable = false;
    // In a sticky directory only the owner of a file may replace it.
    const byOthers = (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && accounts.peopleIn(gid, uid).length > 0);
    if (byOthers && (mode & 0o1000) === 0) writable ??= directory;
  }
  return { writable, reachable };
}
