import { fileURLToPath } from 'node:url';

/*
 * Rules as people and their tools write them. They may speak of ports 8000 and 11434, of 10.9.0.0/24 and of fd09::/64.
 */

export interface Trial {
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

export const NFT: readonly Trial[] = [
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

export const IPTABLES: readonly Trial[] = [
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
export const UFW: Trial = {
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

const FIREWALLD = fileURLToPath(new URL('../captures/firewalld-1.3.json', import.meta.url));
/** What firewalld 1.3.3 made of a port for everybody and a rich rule for the own network. */
export const RECORDED: readonly Trial[] = [
  { name: 'firewalld', load: [`nft -j -f '${FIREWALLD}'`], managers: ['firewalld'] },
];

const capture = (name: string): string => fileURLToPath(new URL(`../captures/${name}`, import.meta.url));
const DOCKER_28 = `iptables-restore < '${capture('docker-28.iptables')}'`;
const DOCKER_29 = `nft -f '${capture('docker-29.nft')}'`;

/**
 * Port 11434 published from port 8000 of a container, by the rules that moby keeps records of in
 * integration/network/bridge: iptablesdoc/generated/usernet-portmap.md, nftablesdoc/generated/usernet-portmap.md.
 */
export const DOCKER: readonly Trial[] = [
  { name: '28, by iptables, the host itself closed', load: [DOCKER_28] },
  {
    name: '28, and a rule of the user that shuts it',
    load: [
      DOCKER_28,
      'iptables -I DOCKER-USER -i v0 -p tcp -m conntrack --ctorigdstport 11434 --ctdir ORIGINAL -j DROP',
    ],
  },
  { name: '29, by nftables', load: [DOCKER_29] },
  {
    name: '29, the host itself closed',
    load: [DOCKER_29, ...input('drop', 'ct state established,related accept')],
  },
  {
    name: '29, and a chain of the user that shuts it',
    load: [
      DOCKER_29,
      ...nft(
        'table inet t { chain f { type filter hook forward priority -1; policy accept; iifname "v0" oifname "docker0" ct state new drop; } }',
      ),
    ],
  },
  {
    name: '29, its map without the bridge',
    load: [
      DOCKER_29,
      'nft delete element ip docker-bridges filter-forward-in-jumps { docker0 }',
      'iptables -P FORWARD DROP',
    ],
  },
];
