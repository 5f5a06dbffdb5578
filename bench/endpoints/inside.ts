import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from '../compile.ts';
import { machineFacts } from '../machine.ts';
import { type Cost, formatSpread, measure, type Spread, spreadOf } from '../measure.ts';
import { type Heard, replayOf } from './replay.ts';
import { doorsOf, FIRST_ADDRESS, PORTS } from './street.ts';

/* The bench itself, `inside.ts [ROUNDS] [ADDRESSES,…]`, to be run where 127.40.0.0/16 is its own. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ROUNDS = 3;
const PROCESSES = 4;
/** Addresses of 16 doors each; the smaller street shows what a further endpoint costs. 256 of them take minutes. */
const SIZES = [16, 64] as const;
/** Doors asked at once, by both. */
const AT_ONCE = 32;

interface Round {
  readonly postern: Cost;
  readonly floor: Cost;
}

async function main(): Promise<void> {
  const rounds = Number(process.argv[2] ?? ROUNDS);
  const machine = machineFacts();
  console.log(`${machine.processor}, ${machine.cores} cores, node ${machine.node}, load ${machine.load.toFixed(1)}`);
  const scratch = await mkdtemp(join(tmpdir(), 'postern-bench-'));
  try {
    await compile(scratch, ['bench/endpoints/floor.ts']);
    const results: Result[] = [];
    for (const addresses of process.argv[3]?.split(',').map(Number) ?? SIZES)
      results.push(await compare(addresses, rounds, scratch));
    const growth = growthOf(results);
    if (growth !== null)
      console.log(
        `\nA further endpoint costs postern ${growth.cpuMs.toFixed(2)} ms of CPU (the floor ${growth.floorCpuMs.toFixed(2)}) and ${growth.peakKib.toFixed(1)} KiB at the peak`,
      );
    const folder = join(ROOT, 'bench/results');
    await mkdir(folder, { recursive: true });
    const text = JSON.stringify({ machine, rounds, results, growth }, null, 2);
    await writeFile(join(folder, 'endpoints.json'), `${text}\n`);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

interface Result {
  readonly doors: number;
  readonly runs: readonly Round[];
}

/** What one more endpoint costs, from the smallest street to the largest, by medians; null for a single street. */
function growthOf(results: readonly Result[]) {
  const [small, ...larger] = results.toSorted((a, b) => a.doors - b.doors);
  const large = larger.at(-1);
  if (small === undefined || large === undefined) return null;
  const each = (of: (round: Round) => number): number =>
    (spreadOf(large.runs.map(of)).median - spreadOf(small.runs.map(of)).median) / (large.doors - small.doors);
  return {
    cpuMs: 1000 * each(({ postern }) => postern.cpuSeconds),
    floorCpuMs: 1000 * each(({ floor }) => floor.cpuSeconds),
    peakKib: 1024 * each(({ postern }) => postern.peakRssMib),
  };
}

async function compare(
  addresses: number,
  rounds: number,
  scratch: string,
): Promise<Result & { readonly requests: number; readonly cpu: Spread; readonly wall: Spread }> {
  const standIns = Array.from({ length: PROCESSES }, (_, nth) =>
    fork(join(ROOT, 'bench/endpoints/stand-ins.ts'), [addresses, nth, PROCESSES].map(String), {
      execArgv: ['--import', 'tsx'],
      serialization: 'advanced',
    }),
  );
  try {
    await Promise.all(standIns.map((standIn) => once(standIn, 'message')));
    await scan(addresses, scratch);
    const heard = (await Promise.all(standIns.map(takeHeard))).flat();
    const requests = heard.flatMap(({ connections }) => connections.flat()).length;
    const replay = join(scratch, 'replay.json');
    await writeFile(replay, JSON.stringify(replayOf(heard)));

    const runs: Round[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const floor = await replayed(replay, requests, scratch);
      const postern = await scan(addresses, scratch);
      runs.push({ postern, floor });
      await Promise.all(standIns.map(takeHeard));
    }
    const doors = heard.length;
    const spread = (of: (round: Round) => number) => spreadOf(runs.map(of));
    const cpu = spread(({ postern, floor }) => postern.cpuSeconds / floor.cpuSeconds);
    const wall = spread(({ postern, floor }) => postern.wallSeconds / floor.wallSeconds);
    console.log(
      `\n${doors} endpoints, all identified and their doors told; ${requests} requests, ${AT_ONCE} endpoints at once`,
    );
    for (const who of ['postern', 'floor'] as const) {
      const seconds = (figure: 'cpuSeconds' | 'wallSeconds') =>
        formatSpread(
          spread((round) => round[who][figure]),
          2,
        );
      console.log(
        `  ${who.padEnd(9)}CPU s ${seconds('cpuSeconds')}, wall s ${seconds('wallSeconds')}, peak MiB ${formatSpread(
          spread((round) => round[who].peakRssMib),
          0,
        )}`,
      );
    }
    console.log(`  postern is ${formatSpread(cpu, 2)} of the floor in CPU, ${formatSpread(wall, 2)} in time`);
    return { doors, requests, runs, cpu, wall };
  } finally {
    for (const standIn of standIns) standIn.kill();
  }
}

async function takeHeard(standIn: ChildProcess): Promise<Heard[]> {
  standIn.send('heard');
  const [heard] = await once(standIn, 'message');
  return heard;
}

/** @throws Error when a door was not recognised, or not judged as its answers say. */
async function scan(addresses: number, scratch: string): Promise<Cost> {
  const result = join(scratch, 'result.json');
  const range = `${FIRST_ADDRESS}/${32 - Math.log2(addresses)}`;
  const command = [
    process.execPath,
    join(ROOT, 'bin/postern.js'),
    ...['scan', range, '--ports', PORTS.join(','), '--assume-reach', 'lan', '--endpoints', String(AT_ONCE), '--quiet'],
    ...['--no-config', '--format', 'json'],
  ];
  const { cost } = await measure(['sh', '-c', `"$0" "$@" > ${result} || test $? = 1`, ...command], scratch);
  const { endpoints } = JSON.parse(await readFile(result, 'utf8'));
  const seen = new Map<string, string>();
  for (const { address, port, service, auth } of endpoints)
    seen.set(`${address}:${port}`, `${service?.id} ${auth.overall}`);
  for (const { address, port, expect } of doorsOf(addresses)) {
    const found = seen.get(`${address}:${port}`);
    const wanted = `${expect.service} ${expect.auth}`;
    if (found !== wanted) throw new Error(`${address}:${port} is ${wanted}, and was seen as ${found}`);
  }
  return cost;
}

async function replayed(replay: string, requests: number, scratch: string): Promise<Cost> {
  const floor = join(scratch, 'bench/endpoints/floor.js');
  const { cost, stdout } = await measure([process.execPath, floor, replay, String(AT_ONCE)], scratch);
  if (Number(stdout) !== requests) throw new Error(`The floor got ${stdout.trim()} answers to ${requests} requests`);
  return cost;
}

await main();
