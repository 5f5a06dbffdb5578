import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compileC } from './compile.ts';
import { farSide } from './lab/far-side.ts';
import { machineFacts } from './machine.ts';
import { formatSpread, spreadOf } from './measure.ts';

/*
 * A /16 of which one address in a hundred is there, on four ports, in network namespaces of its own: whole
 * `postern scan` processes, beside the time that waiting alone must take. The network is 20 ms away each way, too:
 * `npm run bench -- silent [REPETITIONS] [DELAY_MS,…]`.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PORTS = [8001, 8002, 8003, 8004];
const ADDRESSES = 65_536;
/** 512 + 128 + 16 addresses that are there; one of their four ports is open and speaks no HTTP. */
const THERE = ['10.30.64.0/23', '10.30.200.0/25', '10.30.77.16/28'];
const HOUSES = 656;
const PARALLEL = 8000;
const TIMEOUT_MS = 1000;
const REPETITIONS = 3;
const DELAYS_MS = [0, 20];
const NETWORK = '10.30.0.0/16';

const NEAR = [
  'ip link set lo up',
  // A veth without ARP takes every packet and nobody reads at its other end.
  'ip link add v0 type veth peer name v1',
  'ip link set v0 arp off up',
  'ip link set v1 up',
  'ip addr add 10.31.0.1/32 dev v0',
  `ip route add ${NETWORK} dev v0 src 10.31.0.1`,
  ...THERE.map((network) => `ip route add local ${network} dev lo`),
  'at() { "$@"; }',
  'helpers=',
  "trap 'kill $helpers' EXIT",
];

const HOUSES_UP = [
  `houses=$(at sh -c '"$0" -e "$1" >/dev/null 2>&1 & echo $!' ${process.execPath} 'require("net").createServer((s) => s.on("error", () => {}).end("SSH-2.0-none\\r\\n")).listen({ port: ${PORTS[0]}, host: "0.0.0.0", backlog: 4096 })')`,
  'helpers="$helpers $houses"',
  `until at ${process.execPath} -e 'require("net").connect(${PORTS[0]}, "127.0.0.1").on("connect", () => process.exit(0)).on("error", () => process.exit(1))'; do kill -0 $houses; done`,
];

const ENGINES = ['native', 'portable'] as const;

interface Sweep {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakRssMib: number;
  readonly open: number;
  readonly probes: Readonly<Record<string, number>>;
}

export async function bench(): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'postern-bench-'));
  try {
    const machine = machineFacts();
    const probes = ADDRESSES * PORTS.length;
    const silent = (ADDRESSES - HOUSES) * PORTS.length;
    const bound = (silent / PARALLEL) * (TIMEOUT_MS / 1000);
    console.log(`${machine.processor}, ${machine.cores} cores, node ${machine.node}, load ${machine.load.toFixed(1)}`);
    console.log(
      `${probes} probes, ${silent} of them silent, ${PARALLEL} at once, ${TIMEOUT_MS} ms each: at least ${bound.toFixed(1)} s`,
    );
    const link = await compileC(scratch, 'bench/lab/link.c', 'link');
    const repetitions = Number(process.argv[3] ?? REPETITIONS);
    const delays = process.argv[4]?.split(',').map(Number) ?? DELAYS_MS;
    const results: Record<string, unknown> = {};
    for (const [delayMs, engine] of delays.flatMap((delay) => ENGINES.map((each) => [delay, each] as const))) {
      const runs: Sweep[] = [];
      for (let n = 0; n < repetitions; n++) runs.push(await sweep(engine, delayMs, link, scratch));
      const ratios = spreadOf(runs.map(({ wallSeconds }) => wallSeconds / bound));
      const found = spreadOf(runs.map(({ open }) => open / HOUSES));
      console.log(
        `${engine}, ${delayMs} ms away: ${formatSpread(ratios, 2)} of the bound, recall ${formatSpread(found, 4)}`,
      );
      console.log(
        `  CPU s ${formatSpread(spreadOf(runs.map(({ cpuSeconds }) => cpuSeconds)), 1)}, peak MiB ${formatSpread(spreadOf(runs.map(({ peakRssMib }) => peakRssMib)), 0)}`,
      );
      results[`${engine}, ${delayMs} ms`] = { runs, ratioToBound: ratios, recall: found };
    }
    const directory = fileURLToPath(new URL('./results/', import.meta.url));
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'silent.json'), `${JSON.stringify({ machine, bound, results }, null, 2)}\n`);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function sweep(engine: string, delayMs: number, link: string, scratch: string): Promise<Sweep> {
  const [result, figures] = [join(scratch, 'result.json'), join(scratch, 'time.txt')];
  const options = `--engine ${engine} --ports ${PORTS.join(',')} --parallel ${PARALLEL} --timeout ${TIMEOUT_MS}ms --min-timeout ${TIMEOUT_MS}ms --retries 0 --quiet --fail-on critical`;
  const scan = `${process.execPath} ${join(ROOT, 'bin/postern.js')} scan ${NETWORK} ${options} -o json=${result}`;
  const setup = delayMs === 0 ? NEAR : farSide(link, { delayMs, lossPerMille: 0 }, NETWORK, THERE);
  const script = [
    ...setup,
    ...HOUSES_UP,
    'ulimit -n 20000',
    `/usr/bin/time -o ${figures} -f '%e %U %S %M' ${scan} >/dev/null`,
  ].join('\n');
  await promisify(execFile)('unshare', ['-rn', 'sh', '-ec', script], { timeout: 600_000 });
  const [wall = 0, user = 0, system = 0, rss = 0] = (await readFile(figures, 'utf8')).trim().split(/\s+/).map(Number);
  const { coverage } = JSON.parse(await readFile(result, 'utf8'));
  const { probes } = coverage;
  return { wallSeconds: wall, cpuSeconds: user + system, peakRssMib: rss / 1024, open: probes.open, probes };
}
