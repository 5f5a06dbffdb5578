import type { ScanRequest } from '../audit/scan-request.ts';
import type { TlsInspector } from '../audit/tls-inspector.ts';
import { openTlsTables } from '../catalogue/tls-tables.ts';
import type { TrustSetting } from '../model/postern-config.ts';
import type { ResultDocument } from '../model/result.ts';
import type { System } from '../system/ports.ts';
import type { ScanArguments } from './scan-arguments.ts';

/** The TLS inspector of a scan, or null with `--tls off`. Loaded here, so that a scan without it does not pay for it. @throws UsageError */
export async function scanInspector(
  args: Pick<ScanArguments, 'tls' | 'ca'> & { readonly trust: readonly TrustSetting[] },
  request: ScanRequest,
  earlier: ResultDocument | null,
  system: System,
): Promise<TlsInspector | null> {
  const mode = args.tls ?? 'quick';
  if (mode === 'off') return null;
  const [
    { createTlsInspector },
    { TLS_DEFAULTS },
    { readAuthority, trustedAuthority },
    { openTrustStores },
    { tlsWire },
  ] = await Promise.all([
    import('../audit/tls-inspector.ts'),
    import('../audit/tls-request.ts'),
    import('../audit/tls-space.ts'),
    import('../audit/trust-stores.ts'),
    import('../system/tls-wire.ts'),
  ]);
  const wire = tlsWire(system.env.SSL_CERT_FILE);
  const stores = await openTrustStores(
    [...(args.ca ?? []).map(readAuthority), ...args.trust.map(trustedAuthority)],
    wire,
    system.files,
  );
  const inspection = {
    ...TLS_DEFAULTS,
    mode,
    serverName: null,
    identity: null,
    pins: [],
    assumeReach: request.assumeReach,
    connectTimeoutMs: request.maxTimeoutMs,
    responseTimeoutMs: request.responseTimeoutMs,
    userAgent: request.userAgent,
  };
  return createTlsInspector(
    { request: inspection, tables: await openTlsTables(), stores, wire },
    system,
    earlier ?? {},
  );
}
