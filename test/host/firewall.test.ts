import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { firewallOf } from '../../src/host/firewall/firewall.ts';
import type { HostAddress } from '../../src/model/host.ts';
import type { Told } from '../../src/system/machine.ts';
import { requireProgram } from '../support/program.ts';

/*
 * What is read out of a ruleset is held against the kernel: the same rules are loaded in a namespace, and a client in
 * another one tries to connect.
 */

const PORTS = [8000, 11_434] as const;
const ADDRESSES: readonly HostAddress[] = [
  { interface: 'v0', address: '10.9.0.1', network: '10.9.0.0/24', reach: 'lan' },
  { interface: 'v0', address: 'fd09::1', network: 'fd09::/64', reach: 'lan' },
];

interface Trial {
  readonly name: string;
  /** Shell lines that load the rules. */
  readonly load: readonly string[];
  /** `address port`: where no verdict must be given, whatever this one client gets. */
  readonly undecided?: readonly string[];
  /** Who made the rules. */
  readonly managers?: readonly string[];
}

const nft = (...rules: readonly string[]): readonly string[] => [
  `nft -f - <<'RULES'\n${rules.join('\n').replaceAll('; }', ';\n}').replaceAll('} }', '}\n}')}\nRULES`,
];
const input = (policy: string, ...rules: readonly string[]): readonly string[] =>
  nft(
    `table inet t { chain input { type filter hook input priority 0; ${[`policy ${policy}`, ...rules].join('; ')}; } }`,
  );

const NFT: readonly Trial[] = [
  { name: 'no rules at all', load: [] },
  { name: 'policy drop', load: input('drop') },
  {
    name: 'policy drop, one port let in',
    load: input('drop', 'ct state established,related accept', 'tcp dport 8000 accept'),
  },
  { name: 'policy accept, one port dropped', load: input('accept', 'tcp dport 11434 drop') },
  { name: 'reject', load: input('accept', 'tcp dport 8000 reject with tcp reset') },
  {
    name: 'a set and a range',
    load: input('drop', 'ct state established accept', 'tcp dport { 22, 8000-8100 } accept'),
  },
  { name: 'not equal', load: input('drop', 'ct state established accept', 'tcp dport != 8000 accept') },
  { name: 'loopback alone', load: input('drop', 'iifname "lo" accept') },
  { name: 'an interface', load: input('drop', 'iifname "v*" tcp dport 8000 accept') },
  { name: 'another interface', load: input('drop', 'iifname { "eth7", "lo" } accept') },
  {
    name: 'the own network',
    load: input('drop', 'ip saddr 10.9.0.0/16 tcp dport 8000 accept', 'ip saddr 172.16.0.0/12 accept'),
  },
  {
    name: 'a part of the own network',
    load: input('drop', 'ip saddr 10.9.0.2 tcp dport 8000 accept'),
    undecided: ['10.9.0.1 8000'],
  },
  { name: 'udp only', load: input('drop', 'udp dport 8000 accept', 'meta l4proto tcp tcp dport 11434 accept') },
  { name: 'IPv6 only', load: input('drop', 'meta nfproto ipv6 accept', 'ip protocol tcp tcp dport 11434 accept') },
  {
    name: 'counted, logged, limited',
    load: input('drop', 'counter', 'limit rate 1000/second burst 1000 packets accept'),
  },
  { name: 'a verdict map', load: input('drop', 'tcp dport vmap { 8000 : accept, 11434 : drop }') },
  {
    name: 'a state map',
    load: input('drop', 'ct state vmap { established : accept, invalid : drop }', 'tcp dport 8000 accept'),
  },
  {
    name: 'chains that jump, return and go',
    load: nft(
      'table inet t {',
      'chain web { tcp dport 8000 accept; return; tcp dport 11434 accept; }',
      'chain rest { tcp dport 11434 accept; }',
      'chain input { type filter hook input priority 0; policy drop; jump web; goto rest; tcp dport 22 accept; } }',
    ),
  },
  {
    name: 'a named set',
    load: nft(
      'table inet t { set open { type inet_service; elements = { 8000 } }',
      'chain input { type filter hook input priority 0; policy drop; tcp dport @open accept; } }',
    ),
  },
  {
    name: 'two chains at one hook: what one lets in the next may drop',
    load: nft(
      'table inet a { chain input { type filter hook input priority -10; policy accept; tcp dport 8000 accept; } }',
      'table inet b { chain input { type filter hook input priority 10; policy accept; tcp dport 8000 drop; } }',
    ),
  },
  {
    name: 'prerouting',
    load: nft('table ip t { chain p { type filter hook prerouting priority -300; tcp dport 11434 drop; } }'),
  },
  {
    name: 'a table of IPv6',
    load: nft('table ip6 t { chain input { type filter hook input priority 0; policy drop; } }'),
  },
  {
    name: 'the address of the host',
    load: input('drop', 'ip daddr 10.9.0.1 tcp dport 8000 accept', 'ip daddr 10.9.0.77 accept'),
  },
  {
    name: 'something nobody can tell beforehand',
    load: input('drop', 'meta mark 7 accept', 'tcp dport 8000 accept'),
    undecided: ['10.9.0.1 11434', 'fd09::1 11434'],
  },
];

const IPTABLES: readonly Trial[] = [
  { name: 'policy drop', load: ['iptables -P INPUT DROP'] },
  {
    name: 'ports let in as a script would',
    load: [
      'iptables -A INPUT -i lo -j ACCEPT',
      'iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      'iptables -A INPUT -p tcp -m multiport --dports 22,8000:8010 -m comment --comment "let \\"them\\" in -j DROP" -j ACCEPT',
      'iptables -P INPUT DROP',
    ],
  },
  {
    name: 'reject at the end',
    load: [
      'iptables -A INPUT -m state --state ESTABLISHED -j ACCEPT',
      'iptables -A INPUT -p tcp -m state --state NEW -m tcp --dport 8000 -j ACCEPT',
      'iptables -A INPUT -j REJECT',
    ],
  },
  {
    name: 'not from here',
    load: [
      'iptables -A INPUT ! -s 10.9.0.0/24 -j ACCEPT',
      'iptables -A INPUT -p tcp --dport 8000 -j ACCEPT',
      'iptables -P INPUT DROP',
    ],
  },
  {
    name: 'chains of its own',
    load: [
      'iptables -N web',
      'iptables -A web -p tcp --dport 8000 -j ACCEPT',
      'iptables -A web -j RETURN',
      'iptables -A INPUT -j web',
      'iptables -A INPUT -p udp -j ACCEPT',
      'iptables -A INPUT -j DROP',
    ],
  },
  {
    name: 'the way ufw arranges it',
    load: [
      'iptables -N ufw-before-input',
      'iptables -N ufw-not-local',
      'iptables -N ufw-user-input',
      'iptables -N ufw-skip-to-policy-input',
      'iptables -A ufw-before-input -i lo -j ACCEPT',
      'iptables -A ufw-before-input -m conntrack --ctstate INVALID -j DROP',
      'iptables -A ufw-before-input -j ufw-not-local',
      'iptables -A ufw-before-input -j ufw-user-input',
      'iptables -A ufw-not-local -m addrtype --dst-type LOCAL -j RETURN',
      'iptables -A ufw-not-local -m addrtype --dst-type MULTICAST -j RETURN',
      'iptables -A ufw-not-local -j DROP',
      'iptables -A ufw-user-input -p tcp -m tcp --dport 8000 -j ACCEPT',
      'iptables -A ufw-skip-to-policy-input -j DROP',
      'iptables -A INPUT -j ufw-before-input',
      'iptables -P INPUT DROP',
    ],
  },
];

/** ufw itself, on files of its own. */
const UFW: Trial = {
  name: 'one port limited, one for the own network',
  load: [
    'cp /etc/ufw/sysctl.conf /tmp/.ufw-$$',
    'mount -t tmpfs -o mode=755 tmpfs /run',
    'mount -t tmpfs -o mode=755 tmpfs /etc/ufw',
    'mv /tmp/.ufw-$$ /etc/ufw/sysctl.conf',
    'mkdir /etc/ufw/applications.d',
    'cp /usr/share/ufw/*.init /usr/share/ufw/ufw.conf /usr/share/ufw/iptables/* /etc/ufw/',
    '{ ufw --force enable; ufw limit 8000/tcp; ufw allow from 10.9.0.0/24 to any port 11434 proto tcp; } >&2',
  ],
  managers: ['ufw'],
};

const FIREWALLD = fileURLToPath(new URL('./captures/firewalld-1.3.json', import.meta.url));
/** What firewalld 1.3.3 made of a port for everybody and a rich rule for the own network. */
const RECORDED: readonly Trial[] = [{ name: 'firewalld', load: [`nft -j -f '${FIREWALLD}'`], managers: ['firewalld'] }];

/** A router's cable: the client is at its other end. */
const SETUP = [
  'ip link set lo up',
  'client=$(unshare -n sh -c "sleep 120 >/dev/null 2>&1 & echo \\$!")',
  'trap "kill $client" EXIT',
  'ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns $client',
  'ip addr add 10.9.0.1/24 dev v0',
  'ip addr add fd09::1/64 dev v0 nodad',
  'ip link set v0 up',
  'nsenter -t $client -n ip addr add 10.9.0.2/24 dev v1',
  'nsenter -t $client -n ip addr add fd09::2/64 dev v1 nodad',
  'nsenter -t $client -n ip link set v1 up',
  // Rules that drop everything drop what IPv6 asks its neighbours, too; who comes through a router has no need of that.
  'ip neigh add fd09::2 lladdr 02:00:00:00:00:02 dev v0 nud permanent',
  'nsenter -t $client -n ip neigh add fd09::1 lladdr 02:00:00:00:00:01 dev v1 nud permanent',
];

const SERVER = `for (const port of [${PORTS}]) require('node:net').createServer((s) => s.destroy()).listen(port, '::');`;
/** Half a second is forever on a cable between two namespaces. */
const CLIENT = [
  'try() { if timeout 0.5 bash -c "exec 3<>/dev/tcp/$1/$2" 2>/dev/null; then echo $1 $2 accept; else echo $1 $2 drop; fi; }',
  ...PORTS.flatMap((port) => ADDRESSES.map(({ address }) => `try ${address} ${port} &`)),
  'wait',
].join('\n');

interface Measured {
  readonly nft: string;
  readonly iptables: string;
  readonly ip6tables: string;
  /** `address port accept`, `… drop` */
  readonly connected: readonly string[];
}

/** One trial after the other: between two namespaces that are made once, with one server. */
async function measure(trials: readonly Trial[], iptables: boolean): Promise<Measured[]> {
  const attempt = ({ load }: Trial): readonly string[] => [
    'nft flush ruleset',
    ...load,
    'nft -j list ruleset; echo',
    'echo ---',
    ...(iptables ? ['iptables-save', 'echo ---', 'ip6tables-save'] : ['echo ---']),
    'echo ---',
    'nsenter -t $client -n bash -c "$CLIENT"',
    'echo ===',
  ];
  const script = [
    ...SETUP,
    `'${process.execPath}' -e "$SERVER" >/dev/null & server=$!`,
    'trap "kill $client $server" EXIT',
    'until [ "$(ss -Hltn | wc -l)" -ge 2 ]; do :; done',
    ...trials.flatMap(attempt),
  ];
  const { stdout } = await promisify(execFile)('unshare', ['-rnm', 'sh', '-ec', script.join('\n')], {
    env: { ...process.env, SERVER, CLIENT, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
    timeout: 120_000,
  });
  return stdout
    .split('===\n')
    .slice(0, -1)
    .map((part) => {
      const [rules = '', four = '', six = '', tried = ''] = part.split('---\n');
      return { nft: rules, iptables: four, ip6tables: six, connected: tried.trim().split('\n') };
    });
}

const missing: Told = { status: 'failed', reason: 'not-installed', detail: '' };
const said = (text: string): Told => ({ status: 'ok', text });

function compare({ undecided = [], managers }: Trial, measured: Measured, iptables: boolean): void {
  const saved = (text: string): Told => (iptables ? said(text) : missing);
  const firewall = firewallOf({
    nft: said(measured.nft),
    iptables: saved(measured.iptables),
    ip6tables: saved(measured.ip6tables),
    legacy: false,
    ufw: false,
  });
  const judged = PORTS.flatMap((port) =>
    ADDRESSES.map((address) => {
      const { verdict } = firewall.judge(port, [address], [{ kind: 'socket' }]).firewall;
      return `${address.address} ${port} ${verdict === 'none' ? 'accept' : verdict}`;
    }),
  );
  const expected = measured.connected.map((line) => {
    const place = line.replace(/ \w+$/, '');
    return undecided.includes(place) ? `${place} unknown` : line;
  });
  assert.deepEqual(judged.sort(), expected.sort());
  if (managers) assert.deepEqual(firewall.state.managers, managers);
}

const GROUPS = [
  { name: 'nft', trials: NFT, tools: [] },
  { name: 'iptables', trials: IPTABLES, tools: ['iptables'] },
  { name: 'recorded', trials: RECORDED, tools: [] },
  { name: 'ufw', trials: [UFW], tools: ['iptables', 'ufw'] },
];

for (const { name, trials, tools } of GROUPS) {
  test(`${name}: what its rules say is what the kernel does`, async (t) => {
    if (['unshare', 'ip', 'nft', ...tools].map((program) => requireProgram(t, program)).includes(null)) return;
    const iptables = tools.includes('iptables');

    const measured = await measure(trials, iptables);

    assert.equal(measured.length, trials.length);
    for (const [index, trial] of trials.entries())
      await t.test(trial.name, () => compare(trial, measured[index] as Measured, iptables));
  });
}
