import { addressAnswer, leavesBy, matchesName } from './nft-condition.ts';
import {
  type Answer,
  type Chain,
  type FirewallRule,
  holdsAll,
  negated,
  type Packet,
  type Ruleset,
  type Target,
  type Translation,
} from './ruleset.ts';

/*
 * The output of iptables-save and ip6tables-save: tables after `*`, chains after `:`, rules after `-A`.
 * Source: iptables(8), iptables-extensions(8).
 */

const BASES = { PREROUTING: 'prerouting', INPUT: 'input', FORWARD: 'forward' } as const;
/** Order in which the tables are called at one hook. */
const PRIORITY: Readonly<Record<string, number>> = { raw: -300, mangle: -150, filter: 0, security: 50 };

export function readIptables(text: string, family: 4 | 6): Ruleset {
  const chains = new Map<string, { base: Chain['base']; rules: FirewallRule[] }>();
  const translations: Translation[] = [];
  const tool = family === 4 ? 'iptables' : 'ip6tables';
  let table = tool;
  for (const line of text.split('\n')) {
    const start = /^\*(\w+)/.exec(line);
    if (start) table = `${tool} ${start[1]}`;
    const chain = /^:(\S+) (\S+)/.exec(line);
    if (chain) chains.set(`${table} ${chain[1]}`, { base: baseOf(table, chain[1] ?? '', chain[2] ?? ''), rules: [] });
    if (!line.startsWith('-A ')) continue;
    const [, name = '', ...words] = wordsOf(line);
    if (table.endsWith(' nat') && name !== 'OUTPUT') translations.push(...translationOf(words));
    chains.get(`${table} ${name}`)?.rules.push(ruleOf(words, table, chains));
  }
  return { chains: [...chains].map(([name, one]) => ({ name, family, ...one })), translations };
}

function baseOf(table: string, chain: string, policy: string): Chain['base'] {
  const hook = BASES[chain as keyof typeof BASES];
  if (hook === undefined || table.endsWith(' nat')) return null;
  return { hook, priority: PRIORITY[table.split(' ')[1] ?? ''] ?? 0, policy: policy === 'DROP' ? 'drop' : 'accept' };
}

/** Quotes stand around comments and log prefixes only. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

function ruleOf(words: readonly string[], table: string, chains: ReadonlyMap<string, unknown>): FirewallRule {
  const conditions: ((packet: Packet) => Answer)[] = [];
  let target: Target | null = null;
  for (let at = 0; at < words.length; at += 1) {
    const inverted = words[at] === '!';
    if (inverted) at += 1;
    const word = words[at] ?? '';
    const values = word === '--tcp-flags' || word === '--match-set' ? 2 : 1;
    const value = words.slice(at + 1, at + 1 + values).join(' ');
    if (word === '-j' || word === '-g') {
      target = targetOf(value, word, table, chains);
      // What follows are the target's own options.
      break;
    }
    const condition = Object.hasOwn(CONDITIONS, word) ? CONDITIONS[word] : undefined;
    if (condition === undefined) {
      if (word === '-m' || word === '--comment') at += 1;
      else if (!LIMIT.test(word)) conditions.push(() => 'unknown');
      else at += 1;
      continue;
    }
    at += values;
    conditions.push(inverted ? (packet) => negated(condition(packet, value)) : (packet) => condition(packet, value));
  }
  return { holds: (packet) => holdsAll(conditions.map((condition) => condition(packet))), target };
}

/** Somebody's first packet is within every rate. */
const LIMIT = /^--(?:limit|limit-burst)$/;

const state = (_packet: Packet, value: string): Answer => (value.split(',').includes('NEW') ? 'yes' : 'no');
const ports = ({ port }: Packet, value: string): Answer =>
  value.split(',').some((part) => {
    const [first, last = first] = part.split(':').map(Number);
    return first !== undefined && last !== undefined && first <= port && port <= last;
  })
    ? 'yes'
    : 'no';

const CONDITIONS: Readonly<Record<string, (packet: Packet, value: string) => Answer>> = {
  '-p': (_packet, value) => (['tcp', '6', 'all', '0'].includes(value) ? 'yes' : 'no'),
  '-o': leavesBy,
  '-i': (packet, value) => (matchesName(packet.interface, value) ? 'yes' : 'no'),
  '-s': (packet, value) => addressAnswer(packet.source, value),
  '-d': (packet, value) => addressAnswer(packet.destination, value),
  '--dport': ports,
  '--dports': ports,
  '--ctstate': (packet, value) =>
    value.split(',').includes('DNAT') ? (packet.translated ? 'yes' : 'no') : state(packet, value),
  '--ctdir': (_packet, value) => (value === 'ORIGINAL' ? 'yes' : 'no'),
  '--ctorigdstport': (packet, value) => ports({ ...packet, port: packet.translated?.from ?? packet.port }, value),
  '--state': state,
  '--tcp-flags': (_packet, value) => {
    const [mask = '', set] = value.split(' ');
    return (mask.split(',').includes('SYN') || mask === 'ALL' ? 'SYN' : 'NONE') === set ? 'yes' : 'no';
  },
  // Who comes for the first time has not come so often.
  '--hitcount': (_packet, value) => (Number(value) > 2 ? 'no' : 'unknown'),
  // A routing header, which no connection begins with.
  '--rt-type': () => 'no',
  // Docker 28.0.0 keeps the networks of its bridges in a set. Source: moby v28.0.0 libnetwork/drivers/bridge/setup_ip_tables_linux.go.
  '--match-set': ({ translated }, value) =>
    /^docker-ext-bridges-v[46] dst$/.test(value) ? (translated ? 'yes' : 'no') : 'unknown',
  '--dst-type': (packet, value) => (value === 'LOCAL' && !packet.translated ? 'yes' : 'no'),
};

function targetOf(name: string, by: string, table: string, chains: ReadonlyMap<string, unknown>): Target | null {
  const known = Object.hasOwn(TARGETS, name) ? TARGETS[name] : undefined;
  if (known !== undefined) return known;
  if (!chains.has(`${table} ${name}`)) return SILENT.has(name) ? null : { kind: 'unknown' };
  return { kind: by === '-g' ? 'goto' : 'jump', chain: `${table} ${name}` };
}

const TARGETS: Readonly<Record<string, Target>> = {
  ACCEPT: { kind: 'accept' },
  DROP: { kind: 'drop' },
  REJECT: { kind: 'drop' },
  RETURN: { kind: 'return' },
};

/** Targets after which the packet goes on to the next rule. */
export const SILENT = new Set([
  'LOG',
  'NFLOG',
  'ULOG',
  'MARK',
  'CONNMARK',
  'SET',
  'TCPMSS',
  'CT',
  'NOTRACK',
  'TRACE',
  'AUDIT',
  'DSCP',
  'TOS',
  'CLASSIFY',
  'CHECKSUM',
]);

/** `-d 127.0.0.1/32 ! -i docker0 -p tcp -m tcp --dport 11434 -j DNAT --to-destination 172.17.0.2:11434` */
function translationOf(words: readonly string[]): Translation[] {
  const after = (word: string): string | undefined =>
    words.includes(word) ? words[words.indexOf(word) + 1] : undefined;
  const to = /^\[?([0-9a-fA-F.:]+?)\]?:(\d+)$/.exec(after('--to-destination') ?? '');
  const hostPort = Number(after('--dport'));
  if (!to || !Number.isInteger(hostPort)) return [];
  const [, address = '', port] = to;
  return [{ hostAddress: after('-d')?.replace(/\/(?:32|128)$/, '') ?? null, hostPort, address, port: Number(port) }];
}
