import type { CheckRequest } from '../audit/check-request.ts';
import { createTlsInspector, type TlsInspector } from '../audit/tls-inspector.ts';
import { TLS_DEFAULTS } from '../audit/tls-request.ts';
import { readAuthority, trustedAuthority } from '../audit/tls-space.ts';
import { openTrustStores } from '../audit/trust-stores.ts';
import { openTlsTables } from '../catalogue/tls-tables.ts';
import type { PosternConfig } from '../model/postern-config.ts';
import type { TlsTables } from '../model/tls-table.ts';
import type { System } from '../system/ports.ts';
import { tlsWire } from '../system/tls-wire.ts';
import type { CheckArguments } from './check-arguments.ts';

export interface CheckInspection {
  /** Null with `--tls off`. */
  readonly inspector: TlsInspector | null;
  readonly tables: TlsTables;
  readonly stores: Awaited<ReturnType<typeof openTrustStores>> extends (address: null) => infer Stores ? Stores : never;
}

/** What looks at TLS and at certificates. @throws UsageError */
export async function openInspection(
  args: Pick<CheckArguments, 'tls' | 'ca'> & Pick<PosternConfig, 'trust' | 'pins'>,
  request: CheckRequest,
  system: System,
): Promise<CheckInspection> {
  const wire = tlsWire(system.env.SSL_CERT_FILE);
  const stores = await openTrustStores(
    [...(args.ca ?? []).map(readAuthority), ...args.trust.map(trustedAuthority)],
    wire,
    system.files,
  );
  const tables = await openTlsTables();
  const mode = args.tls ?? 'quick';
  if (mode === 'off') return { inspector: null, tables, stores: stores(null) };
  const { connectTimeoutMs, responseTimeoutMs, userAgent } = request;
  const inspection = {
    ...TLS_DEFAULTS,
    mode,
    serverName: null,
    identity: null,
    pins: args.pins,
    assumeReach: null,
    connectTimeoutMs,
    responseTimeoutMs,
    userAgent,
  };
  return {
    inspector: createTlsInspector({ request: inspection, tables, stores, wire }, system),
    tables,
    stores: stores(null),
  };
}
