import type { AdmittedTarget } from '../model/target.ts';
import { UsageError } from '../model/trouble.ts';
import type { System } from '../system/ports.ts';
import { parseExpression, type UrlExpression } from '../targets/expression.ts';
import { parseExclusion } from '../targets/permission.ts';
import { createScope, type Scope } from '../targets/scope.ts';
import { namesToResolve } from '../targets/space.ts';
import type { VerifyRequest } from './verify-request.ts';

export interface VerifyTarget {
  readonly scope: Scope;
  readonly url: UrlExpression;
  /** Admitted addresses of the host, the one that is verified first. */
  readonly targets: readonly [AdmittedTarget, ...AdmittedTarget[]];
  /** Addresses of the name that may not be dialled, each with the reason. */
  readonly refused: readonly string[];
}

/** One URL, its name resolved once, its addresses held against the scope. @throws UsageError */
export async function openVerifyTarget(request: VerifyRequest, system: System): Promise<VerifyTarget> {
  const expression = parseExpression(request.url, 'url');
  if (expression.kind !== 'url')
    throw new UsageError(`url: expected one URL such as https://ai.lan/ or http://127.0.0.1:11434/`);
  const exclude = request.exclude.map((text) => parseExclusion(text));
  const names = namesToResolve([expression, ...exclude]);
  const network = names.length > 0 ? await system.network() : null;
  const entries = names.map(async (name) => [name, (await network?.resolve(name)) ?? []] as const);
  const resolved = new Map(await Promise.all(entries));
  const scope = createScope({ allowPublic: request.allowPublic, exclude, resolved });

  const addresses = expression.point ? [expression.host] : (resolved.get(expression.host) ?? []);
  if (addresses.length === 0) throw new UsageError(`url: ${expression.host} has no address`);
  const { host, port, scheme, basePath } = expression;
  if (scope.excludesName(host)) throw new UsageError(`url: ${host} is excluded`);
  const admissions = addresses.map((address) => scope.admit({ host, address, port, scheme, basePath }));
  const admitted = admissions.flatMap((one) => (one.status === 'admitted' ? [one.target] : []));
  const refused = admissions.flatMap((one) => (one.status === 'refused' ? [one.detail] : []));
  const [first, ...others] = admitted;
  if (!first) throw new UsageError(`url: ${refused.join('; ')}`);
  return { scope, url: expression, targets: [first, ...others], refused };
}

/** The same door again, spoken to in the way that was found. */
export function again(
  scope: Scope,
  target: AdmittedTarget,
  change: { readonly port?: number; readonly scheme?: 'http' | 'https'; readonly basePath?: string },
): AdmittedTarget | null {
  const { host, address, port, scheme, basePath, serverName } = target;
  const admission = scope.admit({
    host,
    address,
    port,
    basePath,
    ...(scheme ? { scheme } : {}),
    ...(serverName ? { serverName } : {}),
    ...change,
  });
  return admission.status === 'admitted' ? admission.target : null;
}
