import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compile, compileC } from './compile.ts';
import { machineFacts } from './machine.ts';
import { type Cost, formatSpread, measure, reasonOf, type Spread, spreadOf } from './measure.ts';
import { RAW_TOOLS, SCENARIOS, type Scenario, TOOLS, type Tool } from './sweep/scenarios.ts';

const REPETITIONS = 7;

/**
 * The fastest settings that were found for it on loopback: no names, no host discovery, its most hurried timing, open
 * ports only in the report (printing the closed ones doubled its user time), the same number of retries as the sweep
 * beside it. Larger host groups made it slower.
 */
const NMAP = ['-n', '-Pn', '-T5', '--min-parallelism', '100', '--max-retries', '1', '--open'];
const MASSCAN = ['--rate', '100000', '--wait', '1', '--interface', 'lo', '--adapter-ip', '127.0.0.1'];

/** Sockets of the C loop under way at once: more made it slower. */
const WINDOW = 256;

interface Run {
  readonly open: number;
  readonly cost: Cost;
}

interface Comparison {
  readonly scenario: string;
  readonly probes: number;
  readonly open: number;
  readonly runs: Readonly<Partial<Record<Tool, readonly Cost[]>>>;
  /** The native engine's figure divided by another tool's of the same repetition. */
  readonly ratios: Readonly<Partial<Record<Tool, Readonly<Record<Figure, Spread>>>>>;
}

const FIGURES = {
  probesPerSecond: { of: ({ wallSeconds }: Cost, probes: number) => probes / wallSeconds, digits: 0 },
  cpuSeconds: { of: ({ cpuSeconds }: Cost) => cpuSeconds, digits: 2 },
  peakRssMib: { of: ({ peakRssMib }: Cost) => peakRssMib, digits: 1 },
} as const;
type Figure = keyof typeof FIGURES;

/** Both engines beside `nmap -sT` and a loop in C: same machine, same minutes, whole processes, on loopback alone. */
export async function bench(): Promise<void> {
  const repetitions = Number(process.argv[3] ?? REPETITIONS);
  const machine = machineFacts();
  const nmap = (await promisify(execFile)('nmap', ['--version'])).stdout.split('\n')[0];
  console.log(`${machine.processor}, ${machine.cores} cores, ${machine.system}, load ${machine.load.toFixed(1)}`);
  console.log(
    `node ${machine.node}; ${nmap}; nmap -sT ${NMAP.join(' ')}; ${repetitions} repetitions, median (min to max)`,
  );

  const scratch = await mkdtemp(join(tmpdir(), 'postern-bench-'));
  try {
    await compile(scratch, ['bench/sweep/postern.ts', 'bench/sweep/listeners.ts']);
    await compileC(scratch, 'bench/sweep/floor.c', 'floor');
    const comparisons: Comparison[] = [];
    for (const scenario of SCENARIOS) {
      const comparison = await compare(scenario, repetitions, scratch);
      show(scenario, comparison);
      comparisons.push(comparison);
    }
    const results = fileURLToPath(new URL('./results/', import.meta.url));
    await mkdir(results, { recursive: true });
    const document = {
      machine,
      nmap: { version: nmap, command: `nmap -sT ${NMAP.join(' ')}` },
      repetitions,
      comparisons,
    };
    await writeFile(join(results, 'sweep.json'), `${JSON.stringify(document, null, 2)}\n`);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function compare(scenario: Scenario, repetitions: number, scratch: string): Promise<Comparison> {
  const probes = scenario.addresses * scenario.ports.length;
  const listeners = spawn(process.execPath, [join(scratch, 'bench/sweep/listeners.js'), scenario.name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const open = Number(String((await once(listeners.stdout, 'data'))[0]));
    const wished = scenario.tools ?? TOOLS;
    const unable = new Set<Tool>();
    for (const tool of wished.filter((each) => RAW_TOOLS.includes(each))) {
      const why = await runTool(tool, scenario, scratch).then(({ open: found }) => shortfall(found, open), reasonOf);
      if (why === null) continue;
      console.log(`${NAMES[tool] ?? tool} is left out: ${why}`);
      unable.add(tool);
    }
    const tools = wished.filter((tool) => !unable.has(tool));
    const runs: Partial<Record<Tool, Cost[]>> = {};
    for (let repetition = 0; repetition < Math.min(repetitions, scenario.repetitions ?? repetitions); repetition++) {
      for (const tool of repetition % 2 === 0 ? tools : tools.toReversed()) {
        const run = await runTool(tool, scenario, scratch);
        if (run.open !== open) throw new Error(`${tool} found ${run.open} open ports of ${open}`);
        runs[tool] = [...(runs[tool] ?? []), run.cost];
      }
    }
    return { scenario: scenario.what, probes, open, runs, ratios: ratiosOf(runs, probes) };
  } finally {
    listeners.kill();
  }
}

function runTool(tool: Tool, scenario: Scenario, scratch: string): Promise<Run> {
  if (!scenario.cidr.startsWith('127.')) throw new Error(`Only loopback is ever dialled: ${scenario.cidr}`);
  if (tool === 'nmap') return runNmap('-sT', scenario, scratch);
  if (tool === 'syn') return runNmap('-sS', scenario, scratch);
  if (tool === 'masscan') return runMasscan(scenario, scratch);
  if (tool === 'two') return runTwo(scenario, scratch);
  return tool === 'fresh' || tool === 'kept' ? runFloor(tool, scenario, scratch) : runPostern(tool, scenario, scratch);
}

/** Two processes at once, as two shards of one scan would be. */
async function runTwo(scenario: Scenario, scratch: string): Promise<Run> {
  const halves = await Promise.all(['1/2', '2/2'].map((share) => runShare('native', share, scenario, scratch)));
  const sum = (of: (half: (typeof halves)[number]) => number) => halves.map(of).reduce((a, b) => a + b, 0);
  return answered(
    sum(({ open }) => open),
    sum(({ closed }) => closed),
    scenario,
    {
      wallSeconds: Math.max(...halves.map(({ cost }) => cost.wallSeconds)),
      cpuSeconds: sum(({ cost }) => cost.cpuSeconds),
      peakRssMib: sum(({ cost }) => cost.peakRssMib),
    },
  );
}

async function runPostern(engine: Tool, scenario: Scenario, scratch: string): Promise<Run> {
  const { open, closed, cost } = await runShare(engine, '1/1', scenario, scratch);
  return answered(open, closed, scenario, cost);
}

async function runShare(engine: Tool, share: string, scenario: Scenario, scratch: string) {
  const program = join(scratch, 'bench/sweep/postern.js');
  const { cost, stdout } = await measure([process.execPath, program, scenario.name, engine, share], scratch);
  const { open = 0, closed = 0 }: Readonly<Record<string, number>> = JSON.parse(stdout);
  return { open, closed, cost };
}

async function runFloor(way: Tool, scenario: Scenario, scratch: string): Promise<Run> {
  const { first, addresses, ports } = scenario;
  const command = [join(scratch, 'floor'), way, WINDOW, first, addresses, ...ports].map(String);
  const { cost, stdout } = await measure(command, scratch);
  const [open = 0, closed = 0] = stdout.split(' ').map(Number);
  return answered(open, closed, scenario, cost);
}

function answered(open: number, closed: number, { addresses, ports }: Scenario, cost: Cost): Run {
  const probes = addresses * ports.length;
  if (open + closed !== probes) throw new Error(`Not all of ${probes} probes were answered: ${open}, ${closed}`);
  return { open, cost };
}

async function runNmap(way: '-sT' | '-sS', { cidr, ports }: Scenario, scratch: string): Promise<Run> {
  const report = join(scratch, 'nmap.txt');
  const { cost } = await measure(['nmap', way, ...NMAP, '-p', ports.join(','), '-oG', report, cidr], scratch);
  return { open: (await readFile(report, 'utf8')).match(/\d+\/open\/tcp/g)?.length ?? 0, cost };
}

async function runMasscan({ cidr, ports }: Scenario, scratch: string): Promise<Run> {
  const report = join(scratch, 'masscan.txt');
  const { cost } = await measure(['masscan', ...MASSCAN, '-p', ports.join(','), '-oL', report, cidr], scratch);
  return { open: (await readFile(report, 'utf8')).match(/^open tcp/gm)?.length ?? 0, cost };
}

const NAMES: Partial<Record<Tool, string>> = { syn: 'nmap -sS' };

function shortfall(found: number, open: number): string | null {
  return found === open ? null : `it found ${found} open ports of ${open}`;
}

function ratiosOf(runs: Comparison['runs'], probes: number): Comparison['ratios'] {
  const against = (theirs: readonly Cost[], { of }: (typeof FIGURES)[Figure]) =>
    spreadOf((runs.native ?? []).map((ours, n) => of(ours, probes) / figureOf(theirs[n], of, probes)));
  return Object.fromEntries(
    Object.entries(runs)
      .filter(([tool]) => tool !== 'native')
      .map(([tool, costs]) => [
        tool,
        Object.fromEntries(Object.entries(FIGURES).map(([name, figure]) => [name, against(costs, figure)])),
      ]),
  );
}

function figureOf(cost: Cost | undefined, of: (cost: Cost, probes: number) => number, probes: number): number {
  return cost === undefined ? Number.NaN : of(cost, probes);
}

function show(scenario: Scenario, { probes, open, runs, ratios }: Comparison): void {
  console.log(`\n${scenario.what}: ${probes} probes, ${open} open, found by all`);
  for (const tool of TOOLS) {
    const costs = runs[tool];
    if (costs === undefined) continue;
    const cells = Object.entries(FIGURES).map(([name, { of, digits }]) => {
      const ratio = ratios[tool]?.[name as Figure];
      const figure = formatSpread(spreadOf(costs.map((cost) => of(cost, probes))), digits);
      return `${name} ${figure}${ratio === undefined ? '' : `, native is ${formatSpread(ratio, 2)} of it`}`;
    });
    console.log(`  ${tool.padEnd(9)}${cells.join('\n           ')}`);
  }
  const timesNmap = (runs.two ?? []).flatMap((cost, n) => {
    const nmap = runs.nmap?.[n];
    return nmap === undefined ? [] : [nmap.wallSeconds / cost.wallSeconds];
  });
  if (timesNmap.length > 0)
    console.log(`  two processes: ${formatSpread(spreadOf(timesNmap), 2)} times the rate of nmap -sT`);
}
