import type { HostAddress, Listener } from '../model/host.ts';

type Bound = Pick<Listener, 'address' | 'dualStack'>;

export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

/** The addresses of this host on which a listener takes connections. What is not known of `::` counts as taking IPv4 too. */
export function boundAddresses(listener: Bound, addresses: readonly HostAddress[]): HostAddress[] {
  const { address, dualStack } = listener;
  if (address === '0.0.0.0') return addresses.filter((one) => !one.address.includes(':'));
  if (address === '::') return addresses.filter((one) => dualStack !== false || one.address.includes(':'));
  return addresses.filter((one) => one.address === address);
}
