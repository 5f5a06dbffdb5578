import type { OverallState } from '../model/auth.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { AddressAnswer, Exposure, FirewallAnswer, HostAddress, Listener } from '../model/host.ts';
import type { PortState } from '../model/result.ts';
import type { Service } from '../model/service.ts';
import type { Reach } from '../model/target.ts';
import { boundAddresses, isLoopback } from './binding.ts';

/** One door of this host: everything that listens on a port, and what it said. */
export interface Door {
  readonly port: number;
  readonly service: Pick<Service, 'id' | 'name'>;
  readonly listeners: readonly Listener[];
  readonly answers: readonly {
    readonly at: HostAddress;
    readonly bound: boolean;
    readonly state: PortState;
    readonly endpoint: Endpoint | null;
  }[];
}

/** How the firewall treats a new connection from the network to a door. */
export type FirewallJudge = (door: Door) => FirewallAnswer;

const WIDTH: readonly Reach[] = ['loopback', 'container', 'host', 'unknown', 'lan', 'public'];

/** What each door amounts to when the host is exposed. Pure. */
export function exposuresOf(
  doors: readonly Door[],
  addresses: readonly HostAddress[],
  judge: FirewallJudge,
): Exposure[] {
  return doors.map((door) => {
    const { port, service, listeners } = door;
    const bound = listeners.flatMap((listener) => boundAddresses(listener, addresses));
    const reached = door.answers.filter(({ state }) => state === 'open').map(({ at }) => at);
    const { firewall, pastFirewall, shut } = judge(door);
    const process = listeners.find((one) => one.process !== null)?.process ?? null;
    const open = [...new Set([...bound, ...reached])];
    const partial = {
      port,
      service: { id: service.id, name: service.name },
      bound: [...new Set(listeners.map(({ address }) => address))].sort(),
      process: process?.name ?? null,
      unit: process?.unit ?? null,
      container: process?.container ?? null,
      reach: widest(open, listeners),
      answers: answersOf(door, addresses),
      firewall,
      pastFirewall,
    };
    return { ...partial, forecast: forecastOf(partial, open, shut, door) };
  });
}

/** Without a single known address, wildcards still say that it is not loopback alone. */
function widest(open: readonly HostAddress[], listeners: readonly Listener[]): Reach {
  const reaches: Reach[] = open.map(({ reach }) => reach);
  if (reaches.length === 0) return listeners.every(({ address }) => isLoopback(address)) ? 'loopback' : 'unknown';
  return WIDTH.findLast((reach) => reaches.includes(reach)) ?? 'unknown';
}

function answersOf({ answers }: Door, addresses: readonly HostAddress[]): AddressAnswer[] {
  const asked = answers.map(
    ({ at, state, endpoint }): AddressAnswer => ({
      address: at.address,
      reach: at.reach,
      state: ANSWER_STATES[state],
      auth: endpoint?.auth.overall ?? null,
    }),
  );
  const missing = addresses.filter(({ address }) => !answers.some(({ at }) => at.address === address));
  return [
    ...asked,
    ...missing.map(({ address, reach }): AddressAnswer => ({ address, reach, state: 'not-asked', auth: null })),
  ];
}

const ANSWER_STATES = {
  open: 'answers',
  closed: 'refused',
  filtered: 'silent',
  unreachable: 'silent',
  error: 'not-asked',
  skipped: 'not-asked',
} as const satisfies Record<PortState, AddressAnswer['state']>;

/** `Reachable by anyone on 192.168.1.0/24: inference open.` */
function forecastOf(
  exposure: Omit<Exposure, 'forecast'>,
  open: readonly HostAddress[],
  shut: readonly HostAddress[],
  door: Door,
): string {
  const { firewall, pastFirewall, reach } = exposure;
  if (reach === 'loopback') return 'Reachable from this machine only.';
  const admitted = open.filter((address) => !shut.includes(address));
  const who = audienceOf(firewall.verdict === 'drop' && !pastFirewall ? open : admitted, reach);
  const what = deedOf(door);
  if (pastFirewall)
    return `Reachable by ${who}${what}; it is published from a container, past the rules of the host's firewall.`;
  switch (firewall.verdict) {
    case 'drop':
      return `Not reachable now (${firewall.because}); once that is opened, by ${who}${what}.`;
    case 'accept':
    case 'none':
      return `Reachable by ${who}${what}.`;
    case 'unknown':
      return `Reachable by ${who}${what}, unless a firewall stops it (${firewall.because}).`;
  }
}

function audienceOf(open: readonly HostAddress[], reach: Reach): string {
  const networks = [...new Set(open.filter((one) => one.reach === 'lan').map(({ network }) => network))];
  const publicly = open.some((one) => one.reach === 'public');
  const named = [...(publicly ? ['the internet'] : []), ...networks];
  const bridges = open.filter((one) => one.reach === 'container').map(({ network }) => network);
  if (reach === 'container') return `containers of this host (${[...new Set(bridges)].join(', ')})`;
  if (named.length === 0) return reach === 'unknown' ? 'anyone who reaches this host' : 'anyone on the network';
  return `anyone on ${named.length === 1 ? named[0] : `${named.slice(0, -1).join(', ')} and ${named.at(-1)}`}`;
}

const ORDER: readonly OverallState[] = ['open', 'partial', 'guarded', 'unknown'];

function deedOf({ answers }: Door): string {
  const verdicts = answers.flatMap(({ endpoint }) => (endpoint?.service ? [endpoint.auth] : []));
  const worst = ORDER.map((state) => verdicts.find(({ overall }) => overall === state)).find(Boolean);
  if (worst === undefined) return '';
  if (worst.overall === 'guarded') return ', guarded';
  const open = (['inventory', 'inference', 'admin'] as const).filter((kind) => worst.operations[kind] === 'open');
  if (open.length > 0)
    return `, ${open.length === 1 ? open[0] : `${open.slice(0, -1).join(', ')} and ${open.at(-1)}`} open`;
  return worst.overall === 'partial' ? ', in part without credentials' : '';
}
