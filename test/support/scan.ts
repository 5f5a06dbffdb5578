import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ReceivedRequest } from '../../fixtures/lab/stand-in.ts';
import type { EndpointJson, ResultJson } from '../../src/report/contract.ts';
import type { System } from '../../src/system/ports.ts';
import { postern } from './command.ts';
import { assertDeclared, assertNothingForbidden } from './declared.ts';
import { builtinCatalogue } from './prober.ts';

export interface Scan {
  readonly code: number;
  readonly err: string;
  readonly result: ResultJson;
}

const schema = JSON.parse(
  readFileSync(new URL('../../docs/schema/result-1.schema.json', import.meta.url), 'utf8'),
) as object;
const keepsToSchema = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

/** A result as it was printed or written, held against the published schema. */
export function parseResult(text: string): ResultJson {
  const result: unknown = JSON.parse(text);
  assert.ok(keepsToSchema(result), JSON.stringify(keepsToSchema.errors));
  return result as ResultJson;
}

/** `postern scan … --format json`, judged as on a LAN. */
export async function scan(
  args: readonly string[],
  changes: Partial<System> & { readonly input?: string } = {},
): Promise<Scan> {
  // What TLS is worth has tests of its own; here a certificate is data.
  const closer = args.includes('--tls') ? [] : ['--tls', 'off'];
  const line = ['scan', ...args, ...closer, '--assume-reach', 'lan', '--format', 'json'];
  const { code, out, err } = await postern(line, changes);
  assert.match(out, /^\{/, `exit ${code}: ${err}`);
  return { code, err, result: parseResult(out) };
}

/** What a scan says of one port, and nothing else. */
export interface Verdict {
  readonly service: string | null;
  readonly version: string | null;
  readonly auth: string;
  /** Inventory, inference and admin. */
  readonly operations: string;
  readonly schemes: readonly string[];
  readonly transport: string;
  /** Those at or above the threshold: severity and rule. */
  readonly findings: readonly string[];
  readonly exit: number;
}

export interface PortScan {
  readonly verdict: Verdict;
  readonly endpoint: EndpointJson;
  readonly result: ResultJson;
}

/** Scans one port of 127.0.0.1 on which exactly one endpoint is to be found. */
export async function scanPort(port: number, args: readonly string[] = []): Promise<PortScan> {
  const { code, result } = await scan(['127.0.0.1', '--ports', String(port), ...args]);
  const [endpoint, ...others] = result.endpoints;
  assert.ok(endpoint && others.length === 0, `${result.endpoints.length} endpoints`);
  return { verdict: verdictOn(endpoint, result, code), endpoint, result };
}

export function verdictOn(endpoint: EndpointJson, result: ResultJson, exit: number): Verdict {
  const { service, auth, transport, host, port } = endpoint;
  const { inventory, inference, admin } = auth.operations;
  const here = result.findings.filter(({ location }) => location.host === host && location.port === port);
  return {
    service: service?.id ?? null,
    version: service?.version ?? null,
    auth: auth.overall,
    operations: `${inventory}, ${inference}, ${admin}`,
    schemes: auth.schemes,
    transport,
    findings: here
      .filter(({ state }) => state === 'active')
      .map(({ rule, severity }) => `${severity} ${rule}`)
      .sort(),
    exit,
  };
}

/** Everything that arrived is declared, allowed for the service that was found, and signed with our name. */
export async function assertLawful(
  received: readonly ReceivedRequest[],
  identified: string | null,
  mounts: readonly string[] = [],
): Promise<void> {
  const catalogue = await builtinCatalogue();
  assert.notEqual(received.length, 0, 'nothing arrived');
  assertDeclared(received, catalogue, mounts);
  assertNothingForbidden(received, catalogue, identified);
  for (const { headers } of received) assert.match(String(headers['user-agent']), /^postern\/\d+\.\d+\.\d+ /);
}
