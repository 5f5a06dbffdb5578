/**
 * Both engines, the native one in two processes with half of the probes each, nmap -sT and -sS, masscan, and the C loop
 * in both of its ways.
 */
export const TOOLS = ['native', 'two', 'portable', 'nmap', 'syn', 'masscan', 'fresh', 'kept'] as const;
/** They send packets of their own making, which not every system and interface lets them. */
export const RAW_TOOLS: readonly Tool[] = ['syn', 'masscan'];
export type Tool = (typeof TOOLS)[number];

export interface Scenario {
  readonly name: string;
  readonly what: string;
  /** As nmap takes it, and the same addresses by their count from the first one. */
  readonly cidr: string;
  readonly first: string;
  readonly addresses: number;
  readonly ports: readonly number[];
  /** One place in so many is open; none for 0. */
  readonly openEvery: number;
  /** Where not every tool, and not every repetition, is worth its time. */
  readonly tools?: readonly Tool[];
  readonly repetitions?: number;
}

/** Outside the range that systems give out as local ports. */
const FIRST_PORT = 20_001;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'closed',
    what: '65,536 loopback addresses, one closed port',
    cidr: '127.1.0.0/16',
    first: '127.1.0.0',
    addresses: 65_536,
    ports: [FIRST_PORT],
    openEvery: 0,
  },
  {
    name: 'mixed',
    what: '4,096 loopback addresses, 16 ports, one place in 64 open',
    cidr: '127.2.0.0/20',
    first: '127.2.0.0',
    addresses: 4096,
    ports: Array.from({ length: 16 }, (_, n) => FIRST_PORT + n),
    openEvery: 64,
  },
  {
    name: 'wide',
    what: '65,536 loopback addresses, 16 closed ports',
    cidr: '127.3.0.0/16',
    first: '127.3.0.0',
    addresses: 65_536,
    ports: Array.from({ length: 16 }, (_, n) => FIRST_PORT + n),
    openEvery: 0,
    repetitions: 1,
    tools: ['native'],
  },
];

export interface ScenarioPlace {
  readonly address: string;
  readonly port: number;
}

/** All addresses with the first port, then with the second, and so on. */
export function* placesOf({ first, addresses, ports }: Scenario): Generator<ScenarioPlace, void> {
  const [a = 0, b = 0, c = 0, d = 0] = first.split('.').map(Number);
  if (a !== 127) throw new Error(`Only loopback is ever dialled: ${first}`);
  const start = (b << 16) | (c << 8) | d;
  for (const port of ports) {
    for (let n = start; n < start + addresses; n++) {
      yield { address: `127.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`, port };
    }
  }
}

export function scenarioNamed(name: string | undefined): Scenario {
  const scenario = SCENARIOS.find((each) => each.name === name);
  if (scenario === undefined) throw new Error(`No such scenario: ${name}`);
  return scenario;
}
