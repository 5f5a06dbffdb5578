import type { FirewallAnswer, FirewallState, FirewallVerdict, HostAddress, Listener } from '../../model/host.ts';
import type { Told } from '../../system/machine.ts';
import { evaluate, type Outcome } from './evaluate.ts';
import { type IpRange, overlap, readRange } from './ip-range.ts';
import { readIptables } from './iptables.ts';
import { readNft } from './nft.ts';
import type { Chain, Packet, Ruleset, Translation } from './ruleset.ts';

/** Output of the firewall's own tools. */
export interface FirewallOutput {
  readonly nft: Told;
  readonly iptables: Told;
  readonly ip6tables: Told;
  /** The kernel holds tables of the old iptables, which nft does not show. */
  readonly legacy: boolean;
  /** /etc/ufw/ufw.conf says that it is on. */
  readonly ufw: boolean;
}

/** The firewall of this host, as far as it could be read. */
export interface Firewall {
  readonly state: FirewallState;
  /** Ports that rules send into containers. */
  readonly translations: readonly Translation[];
  /** What becomes of a new connection to a port from the networks of these addresses. @param own every address of this host */
  judge(
    port: number,
    addresses: readonly HostAddress[],
    listeners: readonly Pick<Listener, 'kind'>[],
    own?: readonly HostAddress[],
  ): FirewallAnswer;
}

/** Puts together what nft and iptables-save said. Pure. */
export function firewallOf({ nft, iptables, ip6tables, legacy, ufw }: FirewallOutput): Firewall {
  const native = nft.status === 'ok' ? readNft(nft.text) : null;
  const four = iptables.status === 'ok' ? readIptables(iptables.text, 4) : null;
  const six = ip6tables.status === 'ok' ? readIptables(ip6tables.text, 6) : null;
  // Its compatible form shows what iptables keeps in nftables anyway, and shows it whole.
  const compatible = iptables.status === 'ok' && iptables.text.includes('(nf_tables)');
  const chains = native?.chains.filter(({ name }) => !(compatible && COMPATIBLE_TABLE.test(name))) ?? [];
  const ruleset: Ruleset = {
    chains: [...chains, ...(four?.chains ?? []), ...(six?.chains ?? [])],
    translations: distinct([native, four, six].flatMap((one) => one?.translations ?? [])),
  };
  const readable = native !== null || four !== null;
  const unseen = (legacy || native?.foreign === true) && four === null;
  const managers = [...new Set([...managersOf(ruleset.chains), ...(ufw ? ['ufw'] : [])])];
  const notes = [
    ...(readable ? [] : [whyUnread(nft, iptables)]),
    ...(unseen ? ['iptables keeps rules of its own that could not be read (iptables-save is not installed)'] : []),
  ];
  const state = { managers: managers.sort(), readable: readable && !unseen, notes };
  return { state, translations: ruleset.translations, judge: judgeOf(ruleset, state, ufw) };
}

/** Who made the rules, as far as names tell; the tools they were made with where nobody gives himself away. */
function managersOf(chains: readonly Chain[]): string[] {
  const made = MADE_BY.filter(([, pattern]) => chains.some(({ name }) => pattern.test(name))).map(([name]) => name);
  if (made.length > 0) return made;
  return chains.flatMap(({ name, base, rules }) => {
    if (base === null || (rules.length === 0 && base.policy === 'accept')) return [];
    return /^ip6?tables /.test(name) ? 'iptables' : 'nftables';
  });
}

const MADE_BY = [
  ['firewalld', /^inet firewalld | INPUT_ZONES$/],
  ['ufw', / ufw6?-/],
] as const;

const COMPATIBLE_TABLE = /^ip6? (?:filter|nat|mangle|raw|security) /;

function whyUnread(nft: Told, iptables: Told): string {
  const reasons = [nft, iptables].map((told) => (told.status === 'failed' ? told.reason : ''));
  if (reasons.includes('not-permitted')) return 'the rules are shown to root only';
  if (reasons.every((reason) => reason === 'not-installed')) return 'neither nft nor iptables-save is installed';
  return 'nft and iptables-save gave no answer';
}

function judgeOf(ruleset: Ruleset, state: FirewallState, ufw: boolean): Firewall['judge'] {
  const manager = state.managers.join(', ') || 'the firewall';
  return (port, addresses, listeners, own = addresses) => {
    const published = listeners.some(({ kind }) => kind !== 'socket');
    if (!state.readable) {
      const because = state.notes.join('; ');
      return { firewall: { verdict: 'unknown', because }, pastFirewall: published && ufw, shut: [] };
    }
    const ways = addresses
      .filter(({ reach }) => reach === 'lan' || reach === 'public')
      .map((address) => wayTo(address, port, ruleset, own));
    const verdict = combined(ways.map(({ outcome }) => outcome));
    const deciding = ways.find(({ outcome }) => outcome?.verdict === verdict)?.outcome ?? null;
    return {
      firewall: { verdict, because: becauseOf(verdict, deciding, manager, port) },
      // Closed for the host's own ports, open on the way into the container.
      pastFirewall: ways.some(
        ({ translated, outcome, asOwn }) => translated && outcome?.verdict !== 'drop' && asOwn?.verdict === 'drop',
      ),
      shut: ways.flatMap(({ address, outcome }) => (outcome?.verdict === 'drop' ? address : [])),
    };
  };
}

interface Way {
  readonly address: HostAddress;
  readonly translated: boolean;
  readonly outcome: Outcome | null;
  /** What the rules for the host's own ports would do. */
  readonly asOwn: Outcome | null;
}

function wayTo(address: HostAddress, port: number, ruleset: Ruleset, own: readonly HostAddress[]): Way {
  const destination = readRange(address.address);
  const anybody = readRange(address.address.includes(':') ? '::/0' : '0.0.0.0/0');
  const source = address.reach === 'lan' ? readRange(address.network) : anybody;
  if (!destination || !source)
    return { address, translated: false, outcome: { verdict: 'unknown', chain: '' }, asOwn: null };
  const packet: Packet = { interface: address.interface, source, destination, port, translated: null };
  const asOwn = strictest([evaluate(ruleset, 'prerouting', packet), evaluate(ruleset, 'input', packet)]);
  const translation = ruleset.translations.find(
    ({ hostPort, hostAddress, address: to }) =>
      hostPort === port &&
      (hostAddress === null || hostAddress === address.address) &&
      readRange(to)?.family === destination.family,
  );
  const inside = translation && readRange(translation.address);
  if (!translation || !inside) return { address, translated: false, outcome: asOwn, asOwn };
  const leaves = own.find(({ network }) => contains(network, inside))?.interface ?? null;
  const onward: Packet = { ...packet, destination: inside, port: translation.port, translated: { from: port, leaves } };
  // What filters before the rewriting sees the port that was asked for.
  const outcome = strictest([evaluate(ruleset, 'prerouting', packet), evaluate(ruleset, 'forward', onward)]);
  return { address, translated: true, outcome, asOwn };
}

function contains(network: string, inside: IpRange): boolean {
  const range = readRange(network);
  return range !== null && overlap(inside, range) === 'all';
}

/** A packet must get through every hook. */
function strictest(hooks: readonly (Outcome | null)[]): Outcome | null {
  const outcomes = hooks.filter((outcome) => outcome !== null);
  return (
    outcomes.find(({ verdict }) => verdict === 'drop') ??
    outcomes.find(({ verdict }) => verdict === 'unknown') ??
    outcomes.at(-1) ??
    null
  );
}

/** One network that gets through is enough. */
function combined(outcomes: readonly (Outcome | null)[]): FirewallVerdict {
  if (outcomes.length === 0) return 'unknown';
  if (outcomes.some((outcome) => outcome?.verdict === 'accept')) return 'accept';
  if (outcomes.includes(null)) return 'none';
  return outcomes.every((outcome) => outcome?.verdict === 'drop') ? 'drop' : 'unknown';
}

function becauseOf(verdict: FirewallVerdict, outcome: Outcome | null, manager: string, port: number): string {
  switch (verdict) {
    case 'none':
      return '';
    case 'drop':
      return `${manager} drops port ${port} in ${outcome?.chain}`;
    case 'accept':
      return `${manager} lets port ${port} through`;
    case 'unknown':
      return outcome?.chain
        ? `${manager}: what ${outcome.chain} does with port ${port} depends on more than the port`
        : 'no address to judge it for';
  }
}

function distinct(translations: readonly Translation[]): Translation[] {
  return [...new Map(translations.map((one) => [JSON.stringify(one), one])).values()];
}
