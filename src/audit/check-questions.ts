import type { ObservedListener } from '../host/observed.ts';
import type { HostAddress } from '../model/host.ts';
import { boundAddresses, isLoopback } from '../relate/binding.ts';

/**
 * Ports of protocols that are not HTTP and whose servers log, count or act on a line they do not understand. They are
 * asked only where the process was recognised as an AI service.
 */
const OTHER_PROTOCOLS = new Set([
  21, 22, 23, 25, 53, 88, 110, 111, 113, 119, 135, 137, 139, 143, 179, 389, 427, 445, 465, 512, 513, 514, 515, 548, 554,
  587, 636, 873, 993, 995, 1433, 1521, 1883, 2049, 3260, 3306, 3389, 5060, 5222, 5353, 5432, 5671, 5672, 5900, 6379,
  6667, 8883, 9042, 9092, 9100, 11211, 27017,
]);
const OTHER_PROGRAMS =
  /^(?:sshd|systemd.*|rpcbind|dnsmasq|named|unbound|postgres|mysqld|mariadbd|redis-server|memcached|master|exim4|dovecot|smbd|nmbd|chronyd|avahi-daemon|mosquitto|rpc\.\w+|Xvnc\w*|xrdp|beam\.smp|epmd)$/;

/** A port of this host that is asked what it is. */
export interface Question {
  readonly port: number;
  readonly listeners: readonly ObservedListener[];
  /** Where it should answer, loopback first. */
  readonly bound: readonly HostAddress[];
  /** Where it should not; asked only once an AI service is behind it. */
  readonly others: readonly HostAddress[];
  /** Recognised by its process. */
  readonly service: string | null;
}

/** What to ask, by port. `left`: listeners that are not asked, with the reason. */
export function questionsOf(
  listeners: readonly ObservedListener[],
  addresses: readonly HostAddress[],
  ports: readonly number[] | null,
): {
  readonly questions: readonly Question[];
  readonly left: readonly { readonly listener: ObservedListener; readonly why: string }[];
} {
  const byPort = new Map<number, ObservedListener[]>();
  const left: { readonly listener: ObservedListener; readonly why: string }[] = [];
  for (const listener of listeners) {
    const why = reasonToLeave(listener, ports);
    if (why === null) byPort.set(listener.port, [...(byPort.get(listener.port) ?? []), listener]);
    else left.push({ listener, why });
  }
  const questions = [...byPort].map(([port, group]): Question => {
    const bound = addresses.filter((address) => group.some((one) => boundAddresses(one, [address]).length > 0));
    // 127.0.0.53 and the like are no interface's own address.
    const own = group.filter(({ address }) => isLoopback(address) && !addresses.some((one) => one.address === address));
    const extra = own.map(
      ({ address }): HostAddress => ({ interface: 'lo', address, network: '127.0.0.0/8', reach: 'loopback' }),
    );
    return {
      port,
      listeners: group,
      bound: [...extra, ...bound],
      others: addresses.filter((address) => !bound.includes(address)),
      service: group.find(({ recognised }) => recognised !== null)?.recognised?.service ?? null,
    };
  });
  return { questions: questions.sort((a, b) => a.port - b.port), left };
}

function reasonToLeave(
  { port, process: holder, recognised }: ObservedListener,
  ports: readonly number[] | null,
): string | null {
  if (ports !== null) return ports.includes(port) ? null : 'not among --ports';
  if (recognised !== null) return null;
  if (OTHER_PROTOCOLS.has(port)) return 'the port of another protocol';
  return holder !== null && OTHER_PROGRAMS.test(holder.name) ? `${holder.name} speaks another protocol` : null;
}
