import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { machineFacts } from './machine.ts';
import { type Cost, formatSpread, measure, type Spread, spreadOf } from './measure.ts';
import { SCENARIOS, type Scenario } from './sweep/scenarios.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const REPETITIONS = 7;

/**
 * The fastest settings that were found for it on loopback: no names, no host discovery, its most hurried timing, open
 * ports only in the report (printing the closed ones doubled its user time), the same number of retries as the sweep
 * beside it. Larger host groups made it slower.
 */
const NMAP = ['nmap', '-sT', '-n', '-Pn', '-T5', '--min-parallelism', '100', '--max-retries', '1', '--open'];

type Tool = 'postern' | 'nmap';

interface Run {
  readonly open: number;
  readonly cost: Cost;
}

interface Comparison {
  readonly scenario: string;
  readonly probes: number;
  readonly open: number;
  readonly runs: Readonly<Record<Tool, readonly Cost[]>>;
  /** Postern's figure divided by nmap's of the same repetition. */
  readonly ratios: Readonly<Record<'probesPerSecond' | 'cpuSeconds' | 'peakRss', Spread>>;
}

/** The connect sweep beside `nmap -sT`: same machine, same minutes, whole processes, on loopback alone. */
export async function bench(): Promise<void> {
  const repetitions = Number(process.argv[3] ?? REPETITIONS);
  const machine = machineFacts();
  const nmap = (await promisify(execFile)('nmap', ['--version'])).stdout.split('\n')[0];
  console.log(`${machine.processor}, ${machine.cores} cores, ${machine.system}, load ${machine.load.toFixed(1)}`);
  console.log(`node ${machine.node}; ${nmap}; ${NMAP.join(' ')}; ${repetitions} repetitions, median (min to max)`);

  const scratch = await mkdtemp(join(tmpdir(), 'postern-bench-'));
  try {
    await compile(scratch);
    const comparisons: Comparison[] = [];
    for (const scenario of SCENARIOS) {
      const comparison = await compare(scenario, repetitions, scratch);
      show(scenario, comparison);
      comparisons.push(comparison);
    }
    const results = fileURLToPath(new URL('./results/', import.meta.url));
    await mkdir(results, { recursive: true });
    const document = { machine, nmap: { version: nmap, command: NMAP.join(' ') }, repetitions, comparisons };
    await writeFile(join(results, 'sweep.json'), `${JSON.stringify(document, null, 2)}\n`);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** Plain JavaScript, as it is shipped: a loader that translates would be measured with it. */
async function compile(scratch: string): Promise<void> {
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      rootDir: ROOT,
      outDir: scratch,
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules/@types')],
    },
    files: ['postern', 'listeners'].map((name) => join(ROOT, `bench/sweep/${name}.ts`)),
    include: [],
  };
  await writeFile(join(scratch, 'tsconfig.json'), JSON.stringify(config));
  await writeFile(join(scratch, 'package.json'), '{ "type": "module" }');
  await promisify(execFile)(join(ROOT, 'node_modules/.bin/tsc'), ['-p', scratch]);
}

async function compare(scenario: Scenario, repetitions: number, scratch: string): Promise<Comparison> {
  const probes = scenario.addresses * scenario.ports.length;
  const listeners = spawn(process.execPath, [join(scratch, 'bench/sweep/listeners.js'), scenario.name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const open = Number(String((await once(listeners.stdout, 'data'))[0]));
    const tools: Readonly<Record<Tool, () => Promise<Run>>> = {
      postern: () => runPostern(scenario, probes, scratch),
      nmap: () => runNmap(scenario, scratch),
    };
    const runs: Record<Tool, Cost[]> = { postern: [], nmap: [] };
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const order: readonly Tool[] = repetition % 2 === 0 ? ['postern', 'nmap'] : ['nmap', 'postern'];
      for (const tool of order) {
        const run = await tools[tool]();
        if (run.open !== open) throw new Error(`${tool} found ${run.open} open ports of ${open}`);
        runs[tool].push(run.cost);
      }
    }
    const ratio = (of: (cost: Cost) => number) => spreadOf(ratios(runs.postern.map(of), runs.nmap.map(of)));
    return {
      scenario: scenario.what,
      probes,
      open,
      runs,
      ratios: {
        probesPerSecond: ratio(({ wallSeconds }) => 1 / wallSeconds),
        cpuSeconds: ratio(({ cpuSeconds }) => cpuSeconds),
        peakRss: ratio(({ peakRssMib }) => peakRssMib),
      },
    };
  } finally {
    listeners.kill();
  }
}

async function runPostern(scenario: Scenario, probes: number, scratch: string): Promise<Run> {
  const program = join(scratch, 'bench/sweep/postern.js');
  const { cost, stdout } = await measure([process.execPath, program, scenario.name], scratch);
  const tally: Readonly<Record<string, number>> = JSON.parse(stdout);
  const open = tally.open ?? 0;
  if (open + (tally.closed ?? 0) !== probes) throw new Error(`Not all of ${probes} probes were answered: ${stdout}`);
  return { open, cost };
}

async function runNmap({ cidr, ports }: Scenario, scratch: string): Promise<Run> {
  if (!cidr.startsWith('127.')) throw new Error(`Only loopback is ever dialled: ${cidr}`);
  const report = join(scratch, 'nmap.txt');
  const { cost } = await measure([...NMAP, '-p', ports.join(','), '-oG', report, cidr], scratch);
  return { open: (await readFile(report, 'utf8')).match(/\d+\/open\/tcp/g)?.length ?? 0, cost };
}

function ratios(ours: readonly number[], theirs: readonly number[]): number[] {
  return ours.map((value, n) => value / (theirs[n] ?? Number.NaN));
}

function show(scenario: Scenario, { probes, open, runs, ratios }: Comparison): void {
  const line = (what: string, of: (cost: Cost) => number, digits: number, ratio: Spread) => {
    const [ours, theirs] = [runs.postern, runs.nmap].map((costs) => formatSpread(spreadOf(costs.map(of)), digits));
    console.log(`  ${what.padEnd(12)} postern ${ours}   nmap ${theirs}   ratio ${formatSpread(ratio, 2)}`);
  };
  console.log(`\n${scenario.what}: ${probes} probes, ${open} open, found by both`);
  line('probes/s', ({ wallSeconds }) => probes / wallSeconds, 0, ratios.probesPerSecond);
  line('CPU s', ({ cpuSeconds }) => cpuSeconds, 2, ratios.cpuSeconds);
  line('peak MiB', ({ peakRssMib }) => peakRssMib, 1, ratios.peakRss);
}
