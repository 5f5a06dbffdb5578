import { readClientCertificates } from '../audit/client-identity.ts';
import { readAuthority, trustedAuthority } from '../audit/tls-space.ts';
import { openAuthorities } from '../audit/trust-stores.ts';
import { verify } from '../audit/verify.ts';
import { type Neighbours, VERIFY_DEFAULTS, type VerifyRequest } from '../audit/verify-request.ts';
import { givesSomething } from '../audit/verify-trust.ts';
import { whyUnproved } from '../model/expectation.ts';
import type { PosternConfig } from '../model/postern-config.ts';
import type { ResultDocument } from '../model/result.ts';
import { UsageError } from '../model/trouble.ts';
import { PROGRAM_VERSION } from '../model/version.ts';
import { tlsWire } from '../system/tls-wire.ts';
import { parseAddress } from '../targets/address.ts';
import { HIGHEST_PORT, parsePorts } from '../targets/ports.ts';
import { VERIFY_OPTIONS } from './commands/verify-options.ts';
import { configured } from './configured.ts';
import type { CommandContext, ExitCode } from './context.ts';
import { readCredentials } from './credentials.ts';
import { openOutputs } from './outputs.ts';
import { catalogueWith } from './rules-directories.ts';
import { configurationText, effortText, talkative } from './talk.ts';
import type { VerifyArguments } from './verify-arguments.ts';

/** Runs `postern verify` and resolves to its exit code. @throws UsageError */
export async function runVerify(given: VerifyArguments, { system }: CommandContext): Promise<ExitCode> {
  const settings = await configured('verify', VERIFY_OPTIONS, given, system);
  if (given.printConfig)
    return (await import('./print-config.ts')).printConfig('verify', VERIFY_OPTIONS, settings, system);
  const { args, config, file } = settings;
  const say = talkative(args, system);
  say(configurationText(settings));
  const outputs = await openOutputs(args, system);
  const catalogue = await catalogueWith(args.rules ?? [], system.files, file);
  const request = await readRequest({ ...args, trust: config.trust }, system);
  const document = await verify(request, catalogue, system);
  say(effortText(document));
  await outputs.write(document);
  if (system.interrupt.aborted) return 130;
  return verdict(document, args.strict === true);
}

async function readRequest(
  args: VerifyArguments & Pick<PosternConfig, 'trust'>,
  system: CommandContext['system'],
): Promise<VerifyRequest> {
  const { keyHeader = null, keyScheme = null } = args;
  // RFC 9110 §5.6.2: a token.
  const odd = [keyHeader, keyScheme].find((text) => text !== null && !/^[!#$%&'*+.^_`|~0-9A-Za-z-]*$/.test(text));
  if (odd !== undefined || keyHeader === '')
    throw new UsageError(`--key-header and --key-scheme: expected a single word`);
  if (args.basicEnv !== undefined && (keyHeader ?? keyScheme) !== null)
    throw new UsageError('--key-header and --key-scheme: of no use with --basic-env, which has one form');
  const wire = tlsWire(system.env.SSL_CERT_FILE);
  const authorities = [...(args.ca ?? []).map(readAuthority), ...args.trust.map(trustedAuthority)];
  const credentials = await readCredentials(args, system);
  const certificates = await readClientCertificates(args.clientCert, args.clientKey, wire);
  const pinned = pin(args.pin);
  if (pinned !== null && !givesSomething({ ...credentials, certificates }))
    throw new UsageError('--pin: of no use without a credential, which it keeps from other certificates');
  return {
    url: args.url,
    ...credentials,
    certificates,
    authorities: await openAuthorities(authorities, wire, system.files),
    keyHeader,
    keyScheme,
    pin: pinned,
    neighbours: neighbours(args.neighbours),
    allowPublic: args.allowPublic ?? [],
    exclude: args.exclude ?? [],
    assumeReach: args.assumeReach ?? null,
    budget: args.maxRequests ?? VERIFY_DEFAULTS.budget,
    paceMs: args.pace ?? VERIFY_DEFAULTS.paceMs,
    connectTimeoutMs: args.timeout ?? VERIFY_DEFAULTS.connectTimeoutMs,
    responseTimeoutMs: args.responseTimeout ?? VERIFY_DEFAULTS.responseTimeoutMs,
    userAgent: `postern/${PROGRAM_VERSION} (authentication check)`,
    failOn: args.failOn ?? VERIFY_DEFAULTS.failOn,
  };
}

/** `AB:CD:…` as certificate viewers show it, or plain hexadecimal. */
function pin(text: string | undefined): string | null {
  if (text === undefined) return null;
  const plain = text.replaceAll(':', '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(plain))
    throw new UsageError('--pin: expected the SHA-256 of a certificate, 64 hexadecimal digits');
  return plain;
}

/** Ports of the same host, and addresses with a port: `8000,192.168.1.9:11434,[fd00::9]:8080`. */
function neighbours(text: string | undefined): Neighbours {
  if (text === undefined) return 'usual';
  if (text === 'none') return 'none';
  const parts = text.split(',').map((part) => part.trim());
  const ports = parts.filter((part) => !part.includes(':'));
  const points = parts.flatMap((part) => (part.includes(':') ? [pointIn(part)] : []));
  return { ports: ports.length === 0 ? [] : parsePorts(ports.join(','), new Map(), '--neighbours'), points };
}

function pointIn(text: string): { readonly address: string; readonly port: number } {
  const [, long, short, port = ''] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = long ?? short ?? '';
  if (parseAddress(address) === null || Number(port) < 1 || Number(port) > HIGHEST_PORT)
    throw new UsageError(`--neighbours: expected ports, or an address with a port such as 192.168.1.9:11434`);
  return { address, port: Number(port) };
}

/**
 * A proof that was not made is no success: 3 when no door was seen to refuse, or when a credential that was given could
 * not be tried.
 */
function verdict(document: ResultDocument, strict: boolean): ExitCode {
  if (document.findings.some(({ state }) => state === 'active')) return 1;
  const rows = document.expectations ?? [];
  if (whyUnproved(rows) !== null) return 3;
  const missed = rows.some((row) => row.verdict === 'unknown') || document.troubles.length > 0;
  return strict && missed ? 3 : 0;
}
