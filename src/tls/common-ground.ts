import type { ProtocolFacts } from '../model/tls.ts';
import { type ClientInfo, type GroupInfo, isPostQuantum } from '../model/tls-table.ts';
import { some } from './traits.ts';

export interface Offer {
  readonly protocols: readonly ProtocolFacts[];
  readonly groups: readonly GroupInfo[];
  /** Whether no other group is accepted. */
  readonly groupsExhaustive: boolean;
}

interface Obstacle {
  readonly reason: string;
  readonly remedy: string;
}

/**
 * Why a client cannot agree with a server on version, suite and group; null when it can, and when what was not asked could
 * let it.
 */
export function obstacle(client: ClientInfo, offer: Offer): Obstacle | null {
  const known = offer.protocols.filter(({ version }) => client.versions.includes(version));
  if (known.some(({ offered }) => offered === 'unknown')) return null;
  const common = known.filter(({ offered }) => offered === true);
  if (common.length === 0) return versionObstacle(offer.protocols);
  const obstacles = common.map((protocol) => suiteObstacle(client, protocol) ?? groupObstacle(client, protocol, offer));
  // The newest is what the operator wants mended.
  return obstacles.includes(null) ? null : (obstacles.at(-1) ?? null);
}

function versionObstacle(protocols: readonly ProtocolFacts[]): Obstacle | null {
  const newest = protocols.filter(({ offered }) => offered === true).at(-1);
  return newest ? { reason: `the server's best version is ${newest.version}`, remedy: 'offer TLS 1.2 and 1.3' } : null;
}

function suiteObstacle(client: ClientInfo, { version, suites, searched }: ProtocolFacts): Obstacle | null {
  if (searched !== 'all' || suites.some(({ name }) => client.suites.includes(name))) return null;
  return {
    reason: `none of its suites of ${version}: the server takes ${some(suites.map(({ name }) => name))}`,
    remedy: 'accept ECDHE with AES-GCM or ChaCha20',
  };
}

function groupObstacle(
  client: ClientInfo,
  { version, suites }: ProtocolFacts,
  { groups, groupsExhaustive }: Offer,
): Obstacle | null {
  if (version !== 'TLSv1.3' && !suites.every(({ keyExchange }) => keyExchange === 'ECDHE')) return null;
  const possible = groups.filter(({ kind }) => version === 'TLSv1.3' || kind === 'ec');
  if (!groupsExhaustive || possible.length === 0) return null;
  if (possible.some(({ name }) => client.groups.includes(name))) return null;
  const hybrid = possible.every(isPostQuantum);
  return hybrid
    ? {
        reason: 'the server takes only post-quantum groups',
        remedy: 'accept x25519 beside the hybrid group, or use a client with OpenSSL 3.5',
      }
    : {
        reason: `none of its groups: the server takes ${some(possible.map(({ name }) => name))}`,
        remedy: 'accept x25519 and secp256r1',
      };
}
