declare const admitted: unique symbol;

/**
 * A place the program may dial. Only `targets/` makes one, after the scope check
 * (exclusions, metadata addresses, public ranges); every dialling function asks for this type.
 */
export interface AdmittedTarget {
  readonly [admitted]: true;
  /** What the user wrote: a name or the address itself. */
  readonly host: string;
  /** Canonical address text; a name is resolved once and pinned here. IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
  /** Given only when the target was a URL. */
  readonly scheme?: 'http' | 'https';
  /** Prefix of every path sent, without trailing slash: `` or `/ollama`. */
  readonly basePath: string;
  /** Name for SNI and the Host header where it differs from `host` (virtual hosts). */
  readonly serverName?: string;
}

export const REACHES = ['loopback', 'container', 'host', 'lan', 'public', 'unknown'] as const;
export type Reach = (typeof REACHES)[number];

/** How many may reach it, in order; less than any where it is not known. */
export function widthOf(reach: Reach): number {
  return reach === 'unknown' ? -1 : REACHES.indexOf(reach);
}
