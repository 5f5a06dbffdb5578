import type { TrustSetting } from '../model/postern-config.ts';
import type { Trouble } from '../model/result.ts';
import { UsageError } from '../model/trouble.ts';
import type { System } from '../system/ports.ts';
import { parseAddress } from '../targets/address.ts';
import { type AddressRange, parseNetwork } from '../targets/cidr.ts';
import { parseExpression } from '../targets/expression.ts';
import { parseList } from '../targets/lists.ts';
import { parseExclusion, parseExclusionList } from '../targets/permission.ts';
import { createScope } from '../targets/scope.ts';
import { createSpace, namesToResolve, type TargetSpace } from '../targets/space.ts';
import { wideRanges } from '../targets/wide-ranges.ts';
import type { TlsRequest } from './tls-request.ts';
import type { GivenAuthority } from './trust-stores.ts';

export interface TlsSpace {
  readonly space: TargetSpace;
  readonly troubles: readonly Trouble[];
}

/** From what the user wrote to admitted targets. @throws UsageError; also for the one name that does not resolve. */
export async function openTlsSpace(request: TlsRequest, system: System): Promise<TlsSpace> {
  const expressions = [
    ...request.targets.map((text) => parseExpression(text, 'target')),
    ...request.lists.flatMap(({ name, text }) => parseList(text, name)),
  ];
  if (expressions.length === 0)
    throw new UsageError(
      'no targets: expected host:port, a CIDR or an https URL, a file with --targets, or a certificate with --cert',
    );
  const exclude = [
    ...request.exclude.map((text) => parseExclusion(text)),
    ...request.excludeLists.flatMap(({ name, text }) => parseExclusionList(text, name)),
  ];
  const names = namesToResolve([...expressions, ...exclude]);
  const network = names.length > 0 ? await system.network() : null;
  const resolved = new Map(
    await Promise.all(names.map(async (name) => [name, (await network?.resolve(name)) ?? []] as const)),
  );
  const scope = createScope({ allowPublic: request.allowPublic, exclude, resolved });
  const space = createSpace(expressions, { ports: request.ports, scope, resolved });
  if (space.size === 0 && space.unresolved.length > 0)
    throw new UsageError(`${space.unresolved.join(', ')}: the name has no address`);
  return {
    space,
    troubles: [
      ...space.unresolved.map((where) => ({ kind: 'unresolved-name', where, what: 'the name has no address' })),
      ...space.refused.map(({ host, address, detail }) => ({
        kind: 'out-of-scope',
        where: `${host} (${address})`,
        what: detail,
      })),
    ],
  };
}

/** `path`, or `CIDR=path` for the addresses of a network. @throws UsageError */
export function readAuthority(text: string): GivenAuthority {
  const [, network, path = text] = /^([0-9a-fA-F:.]+\/\d+)=(.+)$/.exec(text) ?? [];
  const networks = network === undefined ? [] : [networkRange(network, `--ca ${text}`)];
  return { said: `--ca ${path}`, path, covers: coverage(networks) };
}

/** An authority of the configuration file. @throws UsageError */
export function trustedAuthority({ targets, ca, at }: TrustSetting): GivenAuthority {
  const networks = targets.map((text) => networkRange(text, `${at}: tls.trust: '${text}'`));
  return { said: `${at}: tls.trust: ${ca}`, path: ca, covers: coverage(networks) };
}

function networkRange(text: string, said: string): AddressRange {
  const reading = parseNetwork(text);
  if (reading.status === 'failed') throw new UsageError(`${said}: expected ${reading.expected}`);
  return reading.range;
}

/** None: every address. */
function coverage(networks: readonly AddressRange[]): GivenAuthority['covers'] {
  if (networks.length === 0) return () => true;
  const ranges = wideRanges(networks);
  return (address) => {
    const point = parseAddress(address);
    return (
      point !== null && ranges.on(point.page).some(({ first, last }) => first <= point.offset && point.offset <= last)
    );
  };
}
