import type { PortState } from '../../model/result.ts';

/** What ran out on this machine or on the path; says nothing about the other side. */
export type Shortage =
  | 'file descriptors'
  | 'local ports'
  | 'kernel memory'
  | 'neighbour table'
  | 'native engine'
  | 'packets lost on the way';

export type Verdict =
  | { readonly kind: 'state'; readonly state: PortState; readonly reason: string | null }
  /** The connection was made and reset before this process looked: an overloaded listener, or one that is choosy. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'shortage'; readonly shortage: Shortage };

/** Made by a dialer whose connection met itself: nothing listens there, or the port had not been free to dial from. */
export const SELF_CONNECTION = 'self-connection';

/** Made for attempts of a dialer that failed for a reason of its own. */
export const DIALER_BROKE = 'dialer-broke';

/*
 * What Linux makes of an answer to a SYN (net/ipv4/icmp.c icmp_err_convert, net/ipv6/icmp.c tab_unreach):
 * ICMP host, net and "prohibited" codes are all EHOSTUNREACH or ENETUNREACH on IPv4, so a firewall that rejects
 * politely cannot be told from a missing route there; on IPv6 "prohibited" is EACCES. ICMP port unreachable is
 * ECONNREFUSED, as is a reset. A local `prohibit` route is EACCES, a local packet filter may give EPERM.
 */
const VERDICTS: Readonly<Record<string, Verdict>> = {
  ECONNREFUSED: { kind: 'state', state: 'closed', reason: null },
  [SELF_CONNECTION]: { kind: 'state', state: 'closed', reason: SELF_CONNECTION },
  ETIMEDOUT: state('filtered', 'timeout'),
  EACCES: state('filtered', 'EACCES'),
  EPERM: state('filtered', 'EPERM'),
  EHOSTUNREACH: state('unreachable', 'EHOSTUNREACH'),
  ENETUNREACH: state('unreachable', 'ENETUNREACH'),
  EHOSTDOWN: state('unreachable', 'EHOSTDOWN'),
  ENETDOWN: state('unreachable', 'ENETDOWN'),
  ENONET: state('unreachable', 'ENONET'),
  ECONNRESET: { kind: 'reset' },
  [DIALER_BROKE]: shortage('native engine'),
  EMFILE: shortage('file descriptors'),
  ENFILE: shortage('file descriptors'),
  EADDRNOTAVAIL: shortage('local ports'),
  EADDRINUSE: shortage('local ports'),
  ENOBUFS: shortage('kernel memory'),
  ENOMEM: shortage('kernel memory'),
  EAGAIN: shortage('kernel memory'),
};

/** What the error code of a failed connection says. */
export function verdictOf(code: string): Verdict {
  return VERDICTS[code] ?? state('error', code);
}

function state(name: PortState, reason: string): Verdict {
  return { kind: 'state', state: name, reason };
}

function shortage(name: Shortage): Verdict {
  return { kind: 'shortage', shortage: name };
}
