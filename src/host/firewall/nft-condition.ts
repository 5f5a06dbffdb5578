import { type Json, record } from '../json.ts';
import { overlap, readRange } from './ip-range.ts';
import { type Answer, negated, type Packet } from './ruleset.ts';

/** Elements of named sets and maps by `family table name`. */
export type Sets = ReadonlyMap<string, readonly unknown[]>;

type Condition = (packet: Packet) => Answer;

/** Statements that neither ask nor decide anything. */
const WITHOUT_EFFECT = [
  'counter',
  'log',
  'comment',
  'mangle',
  'notrack',
  'accept',
  'drop',
  'reject',
  'return',
  'jump',
  'goto',
  'vmap',
  'dnat',
  'snat',
  'masquerade',
  'redirect',
  'queue',
  'tproxy',
  'set',
  'ct helper',
  'flow',
];

/** What a statement asks of a packet; null where it asks nothing. */
export function nftCondition(statement: Json, table: string, sets: Sets): Condition | null {
  if ('match' in statement) {
    const { left, right, op } = record(statement.match);
    const answer = nftValueIn(record(left), right, table, sets);
    return op === '!=' ? (packet) => negated(answer(packet)) : answer;
  }
  // The first packet of somebody who comes for the first time is within every rate.
  if ('limit' in statement) return () => (record(statement.limit).inv === true ? 'no' : 'yes');
  return WITHOUT_EFFECT.some((name) => name in statement) ? null : () => 'unknown';
}

/** Whether what `key` names of a packet is `value`, or in it where that is a set. */
export function nftValueIn(key: Json, value: unknown, table: string, sets: Sets): Condition {
  const values = valuesOf(value, table, sets);
  if (values === null) return () => 'unknown';
  const one = conditionOn(key);
  return (packet) => {
    const answers = values.map((single) => one(packet, single));
    if (answers.includes('yes')) return 'yes';
    return answers.includes('unknown') ? 'unknown' : 'no';
  };
}

/** The members of a set, named or written out; null for a named set that is not there. */
function valuesOf(value: unknown, table: string, sets: Sets): readonly unknown[] | null {
  if (typeof value === 'string' && value.startsWith('@')) {
    const elements = sets.get(`${table} ${value.slice(1)}`);
    return elements?.map(elementOf) ?? null;
  }
  if (Array.isArray(value)) return value.map(elementOf);
  const { set } = record(value);
  return Array.isArray(set) ? set.map(elementOf) : [value];
}

/** Elements with a timeout or a counter are wrapped. */
function elementOf(element: unknown): unknown {
  const { elem } = record(element);
  return elem === undefined ? element : (record(elem).val ?? elem);
}

type Comparison = (packet: Packet, value: unknown) => Answer;

function conditionOn(key: Json): Comparison {
  const meta = String(record(key.meta).key ?? '');
  if (meta === 'iif' || meta === 'iifname') return (packet, value) => yes(matchesName(packet.interface, String(value)));
  if (meta === 'oif' || meta === 'oifname') return (packet, value) => leavesBy(packet, String(value));
  if (meta === 'l4proto') return (_packet, value) => yes(value === 'tcp' || value === 6);
  if (meta === 'nfproto' || meta === 'protocol')
    return (packet, value) =>
      yes(FAMILY_NAMES[packet.destination.family].some((name) => name === value || Number(name) === value));
  const { key: connection, dir } = record(key.ct);
  if (connection === 'state') return (_packet, value) => yes(value === 'new');
  if (connection === 'status') return (packet, value) => yes(value === 'dnat' && packet.translated !== null);
  if (connection === 'proto-dst' && dir === 'original')
    return (packet, value) => yes(isPort(packet.translated?.from ?? packet.port, value));
  const route = record(key.fib);
  if (route.result === 'type' && list(route.flags).includes('daddr'))
    return (packet, value) => yes(value === 'local' && packet.translated === null);
  // Reverse path filter: who can be answered has a way back (`missing` is written as false).
  if (route.result === 'oif' && list(route.flags).includes('saddr')) return (_packet, value) => yes(value !== false);
  const { protocol, field } = record(key.payload);
  if (typeof protocol === 'string' && typeof field === 'string') return onField(protocol, field);
  return () => 'unknown';
}

const FAMILY_NAMES = { 4: ['ipv4', 'ip', '2'], 6: ['ipv6', 'ip6', '10'] } as const satisfies Record<
  4 | 6,
  readonly string[]
>;

function onField(protocol: string, field: string): Comparison {
  if (['udp', 'icmp', 'icmpv6', 'sctp', 'dccp', 'esp', 'ah', 'igmp'].includes(protocol)) return () => 'no';
  if ((protocol === 'tcp' || protocol === 'th') && field === 'dport')
    return (packet, value) => yes(isPort(packet.port, value));
  if (protocol === 'ip' || protocol === 'ip6') {
    if (field === 'protocol' || field === 'nexthdr') return (_packet, value) => yes(value === 'tcp' || value === 6);
    if (field === 'saddr' || field === 'daddr') {
      const family = protocol === 'ip' ? 4 : 6;
      return (packet, value) => {
        if (packet.destination.family !== family) return 'no';
        return addressAnswer(field === 'saddr' ? packet.source : packet.destination, addressText(value));
      };
    }
  }
  return () => 'unknown';
}

export function addressAnswer(of: Packet['source'], text: string): Answer {
  const range = readRange(text);
  if (range === null) return 'unknown';
  return ({ all: 'yes', none: 'no', some: 'unknown' } as const)[overlap(of, range)];
}

function addressText(value: unknown): string {
  const { prefix, range } = record(value);
  if (prefix !== undefined) return `${record(prefix).addr}/${record(prefix).len}`;
  return Array.isArray(range) ? `${range[0]}-${range[1]}` : String(value);
}

function isPort(port: number, value: unknown): boolean {
  const { range } = record(value);
  return Array.isArray(range) ? Number(range[0]) <= port && port <= Number(range[1]) : Number(value) === port;
}

/** `eth*` in nft, `eth+` in iptables. */
export function matchesName(name: string, pattern: string): boolean {
  return /[*+]$/.test(pattern) ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** What this host takes itself leaves by no interface. */
export function leavesBy({ translated }: Packet, pattern: string): Answer {
  if (translated === null) return 'no';
  return translated.leaves === null ? 'unknown' : yes(matchesName(translated.leaves, pattern));
}

function yes(holds: boolean): Answer {
  return holds ? 'yes' : 'no';
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
