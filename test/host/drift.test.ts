import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CheckJson, CONTAINER, inNamespace, LAN, resultOf } from './support/namespace.ts';

/*
 * What runs is not what was meant: each case is made for real and must be named.
 */

const JSON_OUT = ['check', '--format', 'json'];

function named(result: CheckJson, rule: string): readonly string[] {
  return result.findings.filter((finding) => finding.rule === rule).map(({ message }) => message);
}

test('told to stay on loopback, listening everywhere; given a key, answering without one; older than its unit', async (t) => {
  const report = await inNamespace(t, {
    servers: [
      {
        answers: 'ollama/open.http',
        host: '0.0.0.0',
        port: 11_434,
        title: 'ollama serve',
        env: { OLLAMA_HOST: '127.0.0.1:11434' },
        unit: 'ollama.service',
      },
      { answers: 'vllm/open.http', host: '192.168.77.5', port: 8000, title: 'vllm serve m --api-key correct-horse' },
      {
        answers: 'llama-server/key.http',
        host: '127.0.0.1',
        port: 8080,
        title: 'llama-server --host 127.0.0.1 --api-key correct-horse',
      },
    ],
    files: {
      'etc/systemd/system/ollama.service': '[Service]\nExecStart=/usr/bin/ollama serve\n',
      'etc/systemd/system/ollama.service.d/bind.conf': {
        text: '[Service]\nEnvironment=OLLAMA_HOST=127.0.0.1\n',
        modified: new Date(Date.now() + 60_000).toISOString(),
      },
    },
    runs: [JSON_OUT, ['check'], ['check', '--format', 'sarif'], ['check', '--format', 'markdown']],
  });
  if (report === null) return;

  const result = resultOf(report.runs[0]);

  assert.deepEqual(named(result, 'wider-than-configured'), [
    'Ollama was told to listen on 127.0.0.1 (OLLAMA_HOST), and listens on 0.0.0.0:11434.',
  ]);
  assert.match(
    named(result, 'key-without-effect').join(),
    /^vLLM at 192\.168\.77\.5:8000 was given a key \(--api-key\)/,
  );
  assert.equal(result.host.exposures.find(({ port }) => port === 11_434)?.unit, 'ollama.service');
  assert.deepEqual(
    result.findings.filter(({ rule }) => rule === 'outdated-process').map(({ location }) => location.file),
    ['/etc/systemd/system/ollama.service.d/bind.conf'],
  );
  assert.equal(result.host.verdict.state, 'not-ready');
  for (const { out, code } of report.runs) {
    assert.equal(code, 1);
    assert.doesNotMatch(out, /correct-horse/, 'a key is never shown');
  }
});

test('on loopback alone, and yet something passes connections on', async (t) => {
  const report = await inNamespace(t, {
    setup: [
      ...LAN,
      'sysctl -qw net.ipv4.conf.all.route_localnet=1',
      'nft add table ip n',
      'nft add chain ip n out "{ type nat hook output priority -100; }"',
      'nft add rule ip n out ip daddr 192.168.77.5 tcp dport 8080 dnat to 127.0.0.1:8080',
    ],
    servers: [{ answers: 'llama-server/open.http', host: '127.0.0.1', port: 8080, title: 'llama-server' }],
    runs: [JSON_OUT],
  });
  if (report === null) return;

  const result = resultOf(report.runs[0]);

  assert.deepEqual(named(result, 'relayed-listener'), [
    'llama.cpp server on port 8080 is bound to 127.0.0.1 alone, yet it answers at 192.168.77.5: something passes connections on to it.',
  ]);
  assert.equal(result.host.exposures[0]?.reach, 'lan');
});

test('bound to everything, answering on loopback alone', async (t) => {
  const report = await inNamespace(t, {
    setup: [
      ...LAN,
      'nft add table inet f',
      'nft add chain inet f input "{ type filter hook input priority 0; policy accept; }"',
      'nft add rule inet f input ip daddr 192.168.77.5 tcp dport 11434 drop',
      'nft add rule inet f input iifname != lo tcp dport 11434 drop',
    ],
    servers: [{ answers: 'ollama/open.http', host: '0.0.0.0', port: 11_434, title: 'ollama serve' }],
    runs: [[...JSON_OUT, '--timeout', '300ms']],
  });
  if (report === null) return;

  const result = resultOf(report.runs[0]);

  assert.match(named(result, 'firewall-only-protection').join(), /^Ollama listens on 0\.0\.0\.0 and answers/);
  assert.deepEqual(
    result.host.exposures.map(({ firewall, forecast }) => [firewall.verdict, forecast]),
    [
      [
        'drop',
        'Not reachable now (nftables drops port 11434 in inet f input); once that is opened, by anyone on 192.168.77.0/24, inventory, inference and admin open.',
      ],
    ],
  );
  assert.equal(named(result, 'unauthenticated-endpoint').length, 0);
});

/** As dockerd 20.10 and ufw 0.36 leave them for `-p 11434:11434`, shortened to what decides. */
const DOCKER_RULES = [
  'iptables -N ufw-before-input',
  'iptables -N DOCKER-USER',
  'iptables -N DOCKER',
  'iptables -P INPUT DROP',
  'iptables -P FORWARD DROP',
  'iptables -A INPUT -j ufw-before-input',
  'iptables -A ufw-before-input -i lo -j ACCEPT',
  'iptables -A FORWARD -j DOCKER-USER',
  'iptables -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  'iptables -A FORWARD -o docker0 -j DOCKER',
  'iptables -A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 8000 -j ACCEPT',
  'iptables -A DOCKER-USER -j RETURN',
  'iptables -t nat -N DOCKER',
  'iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
  'iptables -t nat -A DOCKER -i docker0 -j RETURN',
  'iptables -t nat -A DOCKER ! -i docker0 -p tcp -m tcp --dport 11434 -j DNAT --to-destination 172.17.0.2:8000',
];
/** What dockerd keeps of a container that was started with `-p 11434:8000`. */
const DOCKER_CONTAINER = JSON.stringify({
  ID: 'c0ffee'.repeat(10).padEnd(64, '0'),
  Name: '/llm',
  State: { Running: true, Pid: 1 },
  Config: { Image: 'vllm/vllm-openai:latest' },
  NetworkSettings: {
    Networks: { bridge: { IPAddress: '172.17.0.2' } },
    Ports: { '8000/tcp': [{ HostIp: '0.0.0.0', HostPort: '11434' }] },
  },
});
const PUBLISHED = {
  files: { 'var/lib/docker/containers/c0ffee/config.v2.json': DOCKER_CONTAINER },
  runs: [JSON_OUT],
};
const VLLM = { answers: 'vllm/open.http', host: '0.0.0.0', port: 8000 } as const;

test('a published port leads to the process in its container, past ufw', async (t) => {
  const report = await inNamespace(t, {
    ...PUBLISHED,
    setup: [...LAN, ...CONTAINER, ...DOCKER_RULES],
    servers: [
      { ...VLLM, contained: true, title: 'vllm serve m' },
      {
        ...VLLM,
        port: 11_434,
        title:
          'docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 11434 -container-ip 172.17.0.2 -container-port 8000',
      },
      { answers: 'ollama/open.http', host: '0.0.0.0', port: 11_435, title: 'ollama serve' },
    ],
  });
  if (report === null) return;

  const { host, ...result } = resultOf(report.runs[0]);

  const published = host.listeners.find(({ port }) => port === 11_434);
  assert.deepEqual(
    [published?.kind, published?.forwardsTo, published?.process?.argv, published?.process?.image],
    ['docker-proxy', '172.17.0.2:8000', ['vllm', 'serve', 'm'], 'vllm/vllm-openai:latest'],
  );
  assert.deepEqual(
    host.exposures.map(({ port, pastFirewall, firewall }) => [port, pastFirewall, firewall.verdict]),
    [
      [11_434, true, 'accept'],
      [11_435, false, 'drop'],
    ],
  );
  assert.deepEqual(host.firewall.managers, ['ufw']);
  const advice = (port: number): string =>
    result.findings.find(({ rule, location }) => rule === 'unauthenticated-endpoint' && location.port === port)?.fix ??
    '';
  assert.match(advice(11_434), /^compose: ports: /m);
  assert.doesNotMatch(advice(11_434), /^(?:flag|unit|proxy): /m, 'what runs in a container is published, not bound');
  assert.match(advice(11_435), /^env: OLLAMA_HOST=/m);
  assert.match(
    host.exposures[0]?.forecast ?? '',
    /^Reachable by anyone on 192\.168\.77\.0\/24, .*open; .* past the rules/,
  );
  assert.deepEqual(
    host.addresses.filter(({ reach }) => reach === 'container').map(({ address }) => address),
    ['172.17.0.1'],
  );
  assert.equal(result.findings.filter(({ rule }) => rule === 'published-past-firewall').length, 1);
});

test('without a proxy of its own the engine only holds the port; a rule in DOCKER-USER shuts it, for IPv4', async (t) => {
  const report = await inNamespace(t, {
    ...PUBLISHED,
    setup: [
      ...LAN,
      ...CONTAINER,
      ...DOCKER_RULES,
      'iptables -I DOCKER-USER -i eth0 -p tcp -m conntrack --ctorigdstport 11434 --ctdir ORIGINAL -j DROP',
      // With an IPv6 network of its own (--ip6tables), which that rule says nothing of.
      'ip addr add fd00:88::1/64 dev docker0 nodad',
      'nsenter -t $CONTAINER -n ip addr add fd00:88::2/64 dev eth0 nodad',
      'ip6tables -P INPUT DROP',
      'ip6tables -t nat -A PREROUTING -p tcp --dport 11434 -j DNAT --to-destination [fd00:88::2]:8000',
    ],
    servers: [
      { ...VLLM, host: '::', contained: true, title: 'vllm serve m' },
      { ...VLLM, port: 11_434, title: 'dockerd' },
      { ...VLLM, host: '::', ipv6Only: true, port: 11_434, title: 'dockerd' },
    ],
  });
  if (report === null) return;

  const { host } = resultOf(report.runs[0]);

  assert.deepEqual(
    host.listeners.map(({ kind, address, port, forwardsTo, process: holder }) => [
      kind,
      `${address}:${port}`,
      forwardsTo,
      holder?.argv[0],
    ]),
    [
      ['dnat', '0.0.0.0:11434', '172.17.0.2:8000', 'vllm'],
      ['dnat', ':::11434', '[fd00:88::2]:8000', 'vllm'],
    ],
  );
  assert.deepEqual(
    host.exposures.map(({ firewall, pastFirewall, forecast }) => [firewall.verdict, pastFirewall, forecast]),
    [
      [
        'accept',
        true,
        "Reachable by anyone on fd00:77::/64, inventory, inference and admin open; it is published from a container, past the rules of the host's firewall.",
      ],
    ],
  );
});
