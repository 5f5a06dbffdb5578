import type { Trouble } from '../model/result.ts';
import type { Catalogue } from '../model/service.ts';
import { UsageError } from '../model/trouble.ts';
import type { System } from '../system/ports.ts';
import { parseExpression } from '../targets/expression.ts';
import { parseList } from '../targets/lists.ts';
import { localExpressions, localOmissions } from '../targets/local.ts';
import { parseExclusion, parseExclusionList } from '../targets/permission.ts';
import { parsePorts, WEB_PORTS } from '../targets/ports.ts';
import { createScope } from '../targets/scope.ts';
import { createSpace, namesToResolve, type TargetSpace } from '../targets/space.ts';
import type { ScanRequest } from './scan-request.ts';

export interface ScanSpace {
  readonly space: TargetSpace;
  /** What names stood for. */
  readonly resolved: ReadonlyMap<string, readonly string[]>;
  readonly troubles: readonly Trouble[];
}

/** From what the user wrote to the admitted, lazily expanded space. @throws UsageError */
export async function openScanSpace(request: ScanRequest, catalogue: Catalogue, system: System): Promise<ScanSpace> {
  const ports = parsePorts(request.ports, portGroups(catalogue));
  const networks = request.local ? system.host.networks() : [];
  const expressions = [
    ...request.targets.map((text) => parseExpression(text, 'target')),
    ...request.lists.flatMap(({ name, text }) => parseList(text, name)),
    ...localExpressions(networks),
  ];
  if (expressions.length === 0) {
    throw new UsageError('no targets: expected hosts, CIDRs or URLs, a file with --file, or --local');
  }
  const exclude = [
    ...request.exclude.map((text) => parseExclusion(text)),
    ...request.excludeLists.flatMap(({ name, text }) => parseExclusionList(text, name)),
  ];
  const names = namesToResolve([...expressions, ...exclude]);
  const resolved = request.resolved ? new Map(Object.entries(request.resolved)) : await resolveAll(names, system);
  const scope = createScope({ allowPublic: request.allowPublic, exclude, resolved });
  const space = createSpace(expressions, { ports, scope, resolved });
  return { space, resolved, troubles: [...omitted(localOmissions(networks)), ...leftOut(space)] };
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
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([name, ports]) => [name, [...ports].sort((a, b) => a - b)]));
}

/** Names are resolved once and pinned to what they were then. */
async function resolveAll(names: readonly string[], system: System): Promise<Map<string, readonly string[]>> {
  if (names.length === 0) return new Map();
  const network = await system.network();
  const entries = names.map(async (name) => [name, await network.resolve(name)] as const);
  return new Map(await Promise.all(entries));
}

function omitted(sentences: readonly string[]): Trouble[] {
  return sentences.map((what) => ({ kind: 'not-covered', where: '--local', what }));
}

function leftOut({ unresolved, refused }: TargetSpace): Trouble[] {
  return [
    ...unresolved.map((where) => ({ kind: 'unresolved-name', where, what: 'the name has no address' })),
    ...refused.map(({ host, address, detail }) => ({
      kind: 'out-of-scope',
      where: `${host} (${address})`,
      what: detail,
    })),
  ];
}
