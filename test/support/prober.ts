import { openCatalogue } from '../../src/catalogue/builtin.ts';
import { neverEntries } from '../../src/catalogue/check.ts';
import { neverIndex } from '../../src/catalogue/never.ts';
import type { Endpoint } from '../../src/model/endpoint.ts';
import type { Catalogue } from '../../src/model/service.ts';
import type { AdmittedTarget } from '../../src/model/target.ts';
import { endpointFacts } from '../../src/network/facts.ts';
import { gatherEndpoint, type ProbeOptions } from '../../src/network/gather.ts';
import { nodeNetwork } from '../../src/system/node-network.ts';

let catalogue: Promise<Catalogue> | undefined;

/** The built-in catalogue, opened once a test process. */
export function builtinCatalogue(): Promise<Catalogue> {
  catalogue ??= openCatalogue();
  return catalogue;
}

/** A loopback target as the scope would admit it. */
export function loopbackTarget(port: number, extra: Partial<AdmittedTarget> = {}): AdmittedTarget {
  return { host: '127.0.0.1', address: '127.0.0.1', port, basePath: '', ...extra } as AdmittedTarget;
}

/** Probes one loopback port and judges it as standing on a LAN. */
export async function probe(
  port: number,
  options: Partial<ProbeOptions> = {},
  target: Partial<AdmittedTarget> = {},
): Promise<Endpoint> {
  const used = options.catalogue ?? (await builtinCatalogue());
  const observation = await gatherEndpoint(nodeNetwork, loopbackTarget(port, target), null, {
    catalogue: used,
    never: neverIndex(neverEntries(used.services)),
    budget: 25,
    token: 'c0ffee00c0ffee00',
    passive: false,
    basePaths: [],
    opening: {
      limits: { connectTimeoutMs: 2000, responseTimeoutMs: 4000, maxHeaderBytes: 65_536, maxBodyBytes: 1_048_576 },
      userAgent: 'postern/test',
      headers: {},
      signal: new AbortController().signal,
    },
    ...options,
  });
  return endpointFacts(observation, used, 'lan');
}
