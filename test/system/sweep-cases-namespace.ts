import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { compiled } from '../support/compiled.ts';
import { requireProgram } from '../support/program.ts';
import type { ChildReport, ChildTask } from './sweep-child.ts';
import { NONE, type Place, type Settlement } from './sweep-harness.ts';

const CHILD = compiled('system/sweep-child');
const SWEEP = `'${process.execPath}' '${CHILD}'`;
const LOOPBACK_UP = 'ip link set lo up';

/** What an engine must do where the network or the system is unkind; Linux only. */
export function namespaceCases(name: string, module: URL): void {
  describe(`${name}: in a network of its own`, () => {
    it('names each way of not being reachable', async (t) => {
      // A veth without ARP takes every packet and nobody reads at its other end.
      const setup = [
        LOOPBACK_UP,
        'ip link add v0 type veth peer name v1',
        'ip link set v0 arp off up',
        'ip link set v1 up',
        'ip addr add 10.9.0.1/16 dev v0',
        'ip route add unreachable 10.2.0.0/16',
        'ip route add prohibit 10.3.0.0/16',
        'ip route add blackhole 10.4.0.0/16',
      ];
      const places: Place[] = [
        ['10.9.0.2', 80],
        ['10.2.0.2', 80],
        ['10.3.0.2', 80],
        ['10.4.0.2', 80],
        ['10.5.0.2', 80],
        ['fd00:9::2', 80],
      ];

      const report = await sweepInNamespace(t, setup, { places, limits: { minTimeoutMs: 100, maxTimeoutMs: 300 } });

      assert.deepEqual(report?.settlements, [
        { state: 'filtered', reason: 'timeout' },
        { state: 'unreachable', reason: 'EHOSTUNREACH' },
        { state: 'filtered', reason: 'EACCES' },
        { state: 'error', reason: 'EINVAL' },
        { state: 'unreachable', reason: 'ENETUNREACH' },
        { state: 'unreachable', reason: 'ENETUNREACH' },
      ]);
    });

    it('believes a router that says a host is not there', async (t) => {
      // A second namespace is the router; its answers are real ICMP and ICMPv6.
      const setup = [
        LOOPBACK_UP,
        'unshare -n sleep 60 >/dev/null & router=$!',
        'trap "kill $router" EXIT',
        'while [ "$(readlink /proc/$router/ns/net)" = "$(readlink /proc/$$/ns/net)" ]; do :; done',
        'ip link add v0 type veth peer name v1 netns $router',
        'ip addr add 10.9.0.1/24 dev v0',
        'ip addr add fd00:9::1/64 dev v0 nodad',
        'ip link set v0 up',
        'at() { nsenter -t $router -n "$@"; }',
        'at ip addr add 10.9.0.2/24 dev v1',
        'at ip addr add fd00:9::2/64 dev v1 nodad',
        'at ip link set v1 up',
        'at sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1',
        'at ip route add unreachable 10.2.0.0/16',
        'at ip route add prohibit 10.3.0.0/16',
        'at ip -6 route add prohibit fd00:3::/64',
        'at ip -6 route add unreachable fd00:2::/64',
        'ip route add 10.0.0.0/14 via 10.9.0.2',
        'ip -6 route add fd00::/29 via fd00:9::2',
      ];
      const places: Place[] = [
        ['10.9.0.2', 80],
        ['10.2.0.2', 80],
        ['10.3.0.2', 80],
        ['fd00:9::2', 80],
        ['fd00:2::2', 80],
        ['fd00:3::2', 80],
      ];

      const report = await sweepInNamespace(t, setup, { places, limits: { minTimeoutMs: 5000, maxTimeoutMs: 5000 } });

      assert.deepEqual(report?.settlements, [
        { state: 'closed', reason: null },
        { state: 'unreachable', reason: 'EHOSTUNREACH' },
        { state: 'unreachable', reason: 'EHOSTUNREACH' },
        { state: 'closed', reason: null },
        { state: 'unreachable', reason: 'ENETUNREACH' },
        { state: 'filtered', reason: 'EACCES' },
      ]);
    });

    it('dials link-local addresses through the zone they are given with', async (t) => {
      const setup = [
        LOOPBACK_UP,
        'ip link add v0 type veth peer name v1',
        'ip link set v0 addrgenmode none up',
        'ip link set v1 addrgenmode none up',
        'ip addr add fe80::a/64 dev v0 nodad',
      ];
      const places: Place[] = [
        ['fe80::a%v0', 8000],
        ['fe80::a%v0', 8001],
      ];

      const report = await sweepInNamespace(t, setup, { places, listeners: [['::', 8000]] });

      assert.deepEqual(report?.settlements.map(stateOf), ['open', 'closed']);
    });

    it('does not wait for ports when the machine has no IPv6 address', async (t) => {
      const setup = [LOOPBACK_UP, 'sysctl -qw net.ipv6.conf.all.disable_ipv6=1'];

      const report = await sweepInNamespace(t, setup, { places: [['::1', 80]] });

      assert.deepEqual(report?.settlements, [{ state: 'unreachable', reason: 'EADDRNOTAVAIL' }]);
      assert.deepEqual(report?.pressures, []);
    });

    it('does not take a connection to itself for a listener', async (t) => {
      // The only port to dial from is the port that is dialled.
      const setup = [LOOPBACK_UP, 'sysctl -qw net.ipv4.ip_local_port_range="40000 40000"'];

      const report = await sweepInNamespace(t, setup, { places: [['127.0.0.1', 40_000]] });

      assert.deepEqual(report?.settlements, [{ state: 'closed', reason: 'self-connection' }]);
    });

    it('loses no probe when local ports run out', async (t) => {
      const setup = [LOOPBACK_UP, 'sysctl -qw net.ipv4.ip_local_port_range="40000 40015"'];
      const place: Place = ['127.0.0.1', 8000];

      const report = await sweepInNamespace(t, setup, {
        listeners: [place],
        places: [place],
        repeat: 200,
        holdUntilPressure: true,
      });

      assert.deepEqual(report?.tally, { ...NONE, open: 200 });
      assert.deepEqual([...new Set(report?.pressures)], ['local ports']);
    });

    it('leaves no connection in TIME_WAIT', async (t) => {
      const places: Place[] = [
        ['127.0.0.1', 8000],
        ['127.0.0.1', 8001],
      ];

      const report = await sweepInNamespace(t, [LOOPBACK_UP], {
        listeners: [['127.0.0.1', 8000]],
        places,
        repeat: 1000,
      });

      assert.deepEqual(report?.tally, { ...NONE, open: 1000, closed: 1000 });
      assert.equal(report?.timeWait, 0);
    });

    it('finds 999 doors of 1000 where one packet in a hundred is lost each way', async (t) => {
      if (requireProgram(t, 'nft') === null) return;
      const lost = (direction: string, flags: string): string =>
        `nft add rule ip loss in tcp ${direction} 8000-8015 tcp flags ${flags} numgen inc mod 100 0 drop`;
      const setup = [
        LOOPBACK_UP,
        'ip route add local 10.20.0.0/16 dev lo',
        'nft add table ip loss',
        "nft add chain ip loss in '{ type filter hook input priority 0; }'",
        lost('dport', "'& (syn | ack) == syn'"),
        lost('sport', "'& (syn | rst) != 0'"),
      ];
      // More open ones than fit into the listener's queue would be lost there.
      const houses = 1024;
      const ports = Array.from({ length: 16 }, (_, n) => 8000 + n);

      const report = await sweepInNamespace(t, setup, {
        listeners: [['0.0.0.0', 8000]],
        places: ports.map((port) => ['10.20.0.0', port]),
        houses,
        limits: { retries: 1, minTimeoutMs: 100 },
      });

      const { open = 0, closed = 0, filtered = 0 } = report?.tally ?? {};
      assert.equal(open + closed + filtered, 16 * houses);
      // Two in a hundred are asked twice; four in ten thousand lose both.
      assert.ok(filtered <= (16 * houses) / 1000, `${filtered} doors missed`);
    });

    it('loses no probe when descriptors run out', async (t) => {
      const places = Array.from({ length: 3000 }, (_, n): Place => [`127.6.${n >> 8}.${n & 255}`, 8000]);

      const report = await sweepInNamespace(t, [LOOPBACK_UP, 'ulimit -n 64'], {
        listeners: [['127.6.0.5', 8000]],
        places,
        limits: { parallel: 1000 },
      });

      assert.deepEqual(report?.tally, { ...NONE, open: 1, closed: 2999 });
      assert.deepEqual(report?.pressures, ['file descriptors']);
    });
  });

  /** Null when this system cannot give a process a network of its own. */
  async function sweepInNamespace(
    t: TestContext,
    setup: readonly string[],
    task: Omit<ChildTask, 'module'>,
  ): Promise<ChildReport | null> {
    const unshare = requireProgram(t, 'unshare');
    if (unshare === null || requireProgram(t, 'ip') === null) return null;

    const { stdout } = await promisify(execFile)(unshare, ['-rn', 'sh', '-ec', [...setup, SWEEP].join('\n')], {
      env: { ...process.env, SWEEP_TASK: JSON.stringify({ ...task, module: module.href }) },
      maxBuffer: 64 << 20,
      timeout: 120_000,
    });
    return JSON.parse(stdout);
  }
}

function stateOf({ state }: Settlement): string {
  return state;
}
