import type { Credential } from '../model/credential.ts';
import { UsageError } from '../model/trouble.ts';
import type { System } from '../system/ports.ts';
import type { VerifyArguments } from './verify-arguments.ts';

/*
 * Credentials come from the environment or from files, never from the command line, where every process of the
 * machine could read them. No message here holds one.
 */

const MAX_FILE_BYTES = 65_536;
/** Shorter ones could not be kept out of what is printed. */
const SHORTEST = 4;

export interface GivenCredentials {
  readonly right: Credential | null;
  readonly retired: Credential | null;
  readonly expired: Credential | null;
}

/** @throws UsageError that names the option, the variable or the file, never what stands in it. */
export async function readCredentials(args: VerifyArguments, system: System): Promise<GivenCredentials> {
  const rights = [
    args.keyEnv === undefined ? null : ['--key-env', key(fromEnv('--key-env', args.keyEnv, system))],
    args.keyFile === undefined ? null : ['--key-file', key(await fromFile('--key-file', args.keyFile, system))],
    args.tokenEnv === undefined ? null : ['--token-env', token(fromEnv('--token-env', args.tokenEnv, system))],
    args.tokenFile === undefined
      ? null
      : ['--token-file', token(await fromFile('--token-file', args.tokenFile, system))],
    args.basicEnv === undefined
      ? null
      : ['--basic-env', basic('--basic-env', args.basicEnv, fromEnv('--basic-env', args.basicEnv, system))],
  ].filter((given): given is [string, Credential] => given !== null);
  const [first, second] = rights;
  if (first && second) throw new UsageError(`${first[0]} and ${second[0]}: give one credential`);
  const right = first?.[1] ?? null;
  return { right, retired: oldCredential(args, right, system), expired: await expiredToken(args, system) };
}

/** Of the kind of the right one: an old key, or an old `user:password`. */
function oldCredential({ oldKeyEnv }: VerifyArguments, right: Credential | null, system: System): Credential | null {
  if (oldKeyEnv === undefined) return null;
  const text = fromEnv('--old-key-env', oldKeyEnv, system);
  const retired = right?.kind === 'basic' ? basic('--old-key-env', oldKeyEnv, text) : key(text);
  const same = right !== null && JSON.stringify({ ...retired, kind: '' }) === JSON.stringify({ ...right, kind: '' });
  if (same) throw new UsageError(`--old-key-env ${oldKeyEnv}: holds the credential that is to be right`);
  return retired;
}

async function expiredToken({ expiredTokenFile }: VerifyArguments, system: System): Promise<Credential | null> {
  if (expiredTokenFile === undefined) return null;
  return token(await fromFile('--expired-token-file', expiredTokenFile, system));
}

function key(value: string): Credential {
  return { kind: 'key', value };
}

function token(value: string): Credential {
  return { kind: 'token', value };
}

/** RFC 7617 §2: the first colon divides. */
function basic(option: string, name: string, text: string): Credential {
  const colon = text.indexOf(':');
  if (colon < 1 || text.length - colon - 1 < SHORTEST)
    throw new UsageError(`${option} ${name}: expected user:password, the password of at least ${SHORTEST} characters`);
  return { kind: 'basic', user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function fromEnv(option: string, name: string, { env }: System): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    // It may be the key itself: it is not repeated.
    throw new UsageError(`${option}: expected the name of an environment variable, not a credential`);
  }
  const value = env[name];
  if (value === undefined) throw new UsageError(`${option} ${name}: no such environment variable`);
  return usable(`${option} ${name}`, value);
}

async function fromFile(option: string, path: string, { files }: System): Promise<string> {
  const read = await files.read(path, MAX_FILE_BYTES);
  if (read.status === 'failed') throw new UsageError(`${option} ${path}: ${read.reason}`);
  return usable(`${option} ${path}`, read.text);
}

/** One line that can stand in a header (RFC 9110 §5.5); the line break that editors add is not part of it. */
function usable(where: string, text: string): string {
  const value = text.replace(/\r?\n$/, '');
  if (value.trim() !== value || !/^[\x20-\x7e\x80-\xff]*$/.test(value))
    throw new UsageError(`${where}: expected one line without spaces around it`);
  if (value.length < SHORTEST) throw new UsageError(`${where}: expected at least ${SHORTEST} characters`);
  return value;
}
