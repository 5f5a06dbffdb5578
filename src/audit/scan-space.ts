import type { Trouble } from '../model/result.ts';
import type { Catalogue } from '../model/service.ts';
import { UsageError } from '../model/trouble.ts';
import type { System } from '../system/ports.ts';
import type { TargetExpression } from '../targets/expression.ts';
import { parseExpression } from '../targets/expression.ts';
import { parseList } from '../targets/lists.ts';
import { localExpressions } from '../targets/local.ts';
import { parsePorts } from '../targets/ports.ts';
import { createScope } from '../targets/scope.ts';
import { createSpace, type TargetSpace } from '../targets/space.ts';
import type { NamedText, ScanRequest } from './scan-request.ts';

/** Ports on which any service may hide behind a proxy. */
const WEB_PORTS = [80, 443, 8443];

export interface ScanSpace {
  readonly space: TargetSpace;
  readonly ports: readonly number[];
  readonly troubles: readonly Trouble[];
}

/** From what the user wrote to the admitted, lazily expanded space. @throws UsageError */
export async function openScanSpace(request: ScanRequest, catalogue: Catalogue, system: System): Promise<ScanSpace> {
  const groups = portGroups(catalogue);
  const ports = parsePorts(request.ports, groups);
  const expressions = [
    ...request.targets.map((text) => parseExpression(text, 'target')),
    ...request.lists.flatMap(readList),
    ...(request.local ? localExpressions(system.host.networks()) : []),
  ];
  if (expressions.length === 0)
    throw new UsageError('no targets: give hosts, CIDRs or URLs, a file with --file, or --local');

  const exclude = [
    ...request.exclude.map((text) => parseExpression(text, '--exclude')),
    ...request.excludeLists.flatMap(readList),
  ];
  const { resolved, troubles } = await resolveNames([...expressions, ...exclude], system);
  const scope = createScope({ allowPublic: request.allowPublic, exclude, resolved });
  const space = createSpace(expressions, { ports, scope, resolved });
  return { space, ports, troubles };
}

function readList({ name, text }: NamedText): TargetExpression[] {
  return parseList(text, name);
}

/** `@llm` and the like, and `@all`: every port of every service file plus the web ports. */
export function portGroups(catalogue: Catalogue): Map<string, number[]> {
  const groups = new Map<string, Set<number>>([['all', new Set(WEB_PORTS)]]);
  for (const service of catalogue.services) {
    for (const group of ['all', ...service.groups]) {
      const ports = groups.get(group) ?? new Set<number>();
      for (const { port } of service.ports) ports.add(port);
      groups.set(group, ports);
    }
  }
  return new Map(
    [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, ports]) => [name, [...ports].sort((a, b) => a - b)]),
  );
}

async function resolveNames(
  expressions: readonly TargetExpression[],
  system: System,
): Promise<{ resolved: Map<string, readonly string[]>; troubles: Trouble[] }> {
  const names = new Set(expressions.flatMap((expression) => (expression.kind === 'name' ? [expression.name] : [])));
  const resolved = new Map<string, readonly string[]>();
  const troubles: Trouble[] = [];
  const network = names.size > 0 ? await system.network() : null;
  for (const name of names) {
    const addresses = (await network?.resolve(name)) ?? [];
    resolved.set(name, addresses);
    if (addresses.length === 0)
      troubles.push({ kind: 'unresolved-name', where: name, what: 'the name has no address' });
  }
  return { resolved, troubles };
}
