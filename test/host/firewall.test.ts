import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { firewallOf } from '../../src/host/firewall/firewall.ts';
import type { HostAddress } from '../../src/model/host.ts';
import type { Told } from '../../src/system/machine.ts';
import { requireProgram } from '../support/program.ts';
import { DOCKER, IPTABLES, NFT, RECORDED, type Trial, UFW } from './support/firewall-trials.ts';
import { CONTAINER } from './support/namespace.ts';

/*
 * What is read out of a ruleset is held against the kernel: the same rules are loaded in a namespace, and a client in
 * another one tries to connect.
 */

const PORTS = [8000, 11_434] as const;
const ADDRESSES: readonly HostAddress[] = [
  { interface: 'v0', address: '10.9.0.1', network: '10.9.0.0/24', reach: 'lan' },
  { interface: 'v0', address: 'fd09::1', network: 'fd09::/64', reach: 'lan' },
];

/** Networks of the host that nobody comes from. */
const INSIDE: readonly HostAddress[] = [
  { interface: 'docker0', address: '172.17.0.1', network: '172.17.0.0/16', reach: 'container' },
];

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
/** A container with the same server in it. */
const INSIDE_SETUP = [
  ...CONTAINER,
  'echo 1 > /proc/sys/net/ipv4/ip_forward',
  'nsenter -t $CONTAINER -n ip route add default via 172.17.0.1',
  `nsenter -t $CONTAINER -n '${process.execPath}' -e "$SERVER" >/dev/null & inside=$!`,
  'trap "kill $client $server $inside $CONTAINER" EXIT',
  'until [ "$(nsenter -t $CONTAINER -n ss -Hltn | wc -l)" -ge 2 ]; do :; done',
];
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
async function measure(trials: readonly Trial[], iptables: boolean, contained: boolean): Promise<Measured[]> {
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
    ...(contained ? INSIDE_SETUP : []),
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
      const { verdict } = firewall.judge(port, [address], [{ kind: 'socket' }], [...ADDRESSES, ...INSIDE]).firewall;
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
  { name: 'docker', trials: DOCKER, tools: ['iptables'] },
];

for (const { name, trials, tools } of GROUPS) {
  test(`${name}: what its rules say is what the kernel does`, async (t) => {
    if (['unshare', 'ip', 'nft', ...tools].map((program) => requireProgram(t, program)).includes(null)) return;
    const iptables = tools.includes('iptables');

    const measured = await measure(trials, iptables, name === 'docker');

    assert.equal(measured.length, trials.length);
    for (const [index, trial] of trials.entries())
      await t.test(trial.name, () => compare(trial, measured[index] as Measured, iptables));
  });
}
