import type { Trouble } from '../model/result.ts';
import { UsageError } from '../model/trouble.ts';
import type { System } from '../system/ports.ts';
import { parseAddress } from '../targets/address.ts';
import { parseCidr } from '../targets/cidr.ts';
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
  const match = /^([0-9a-fA-F:.]+\/\d+)=(.+)$/.exec(text);
  if (!match) return { path: text, covers: () => true };
  const cidr = parseCidr(match[1] ?? '');
  if (cidr.status === 'failed') throw new UsageError(`--ca ${text}: expected ${cidr.expected}`);
  const range = wideRanges([cidr.range]);
  return {
    path: match[2] ?? '',
    covers(address) {
      const point = parseAddress(address);
      return (
        point !== null && range.on(point.page).some(({ first, last }) => first <= point.offset && point.offset <= last)
      );
    },
  };
}
