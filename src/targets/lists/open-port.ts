import { UsageError } from '../../model/trouble.ts';
import { parseAddress } from '../address.ts';
import type { TargetExpression } from '../expression.ts';
import { parseName } from '../host.ts';
import { parsePortRanges } from '../ports.ts';
import { quote } from '../quote.ts';

/** A port that another scanner found open, as it wrote it down. */
export interface FoundPort {
  readonly address: unknown;
  /** Number or digits; undefined when only the host was found. */
  readonly port: unknown;
  /** The name it was asked to scan, when it was one. */
  readonly name?: string | undefined;
  readonly where: string;
}

/**
 * The expression of a found port. A name stays with the address on which the port was seen.
 *
 * @throws UsageError when the record holds no address or no port.
 */
export function openPort({ address, port, name, where }: FoundPort): TargetExpression {
  const point = typeof address === 'string' ? parseAddress(address) : null;
  if (!point) throw new UsageError(`${where}: ${quote(String(address))} is not an address: expected IPv4 or IPv6`);
  const ports = port === undefined ? null : parsePortRanges(String(port));
  if (port !== undefined && (ports?.length !== 1 || ports[0]?.first !== ports[0]?.last)) {
    throw new UsageError(`${where}: ${quote(String(port))} is not a port: expected a number from 1 to 65535`);
  }
  const written = { text: [address, port].filter((part) => part !== undefined).join(' port '), where, ports };
  const named = name === undefined || parseAddress(name) ? null : parseName(name);
  if (named?.kind === 'name') return { ...written, kind: 'name', name: named.name, pinned: point };
  return { ...written, kind: 'addresses', run: { page: point.page, first: point.offset, last: point.offset } };
}
