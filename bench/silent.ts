import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compileC } from './compile.ts';
import { FAR_MAC, farSide, NEAR_ADDRESS } from './lab/far-side.ts';
import { machineFacts } from './machine.ts';
import { formatSpread, reasonOf, spreadOf } from './measure.ts';

/*
 * A /16 of which one address in a hundred is there, on four ports, in network namespaces of its own: whole
 * `postern scan` processes, beside the time that waiting alone must take, and beside masscan where it finds its way,
 * sending no faster than that. The network is 20 ms away each way, too. About four minutes as it is:
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
const REPETITIONS = 1;
const DELAYS_MS = [0, 20];
const NETWORK = '10.30.0.0/16';

/** The datagrams are for masscan, which looks at its clock only when a packet comes and so never ends on a quiet link. */
const LISTENER = `
  require("net").createServer((s) => s.on("error", () => {}).end("SSH-2.0-none\\r\\n"))
    .listen({ port: ${PORTS[0]}, host: "0.0.0.0", backlog: 4096 });
  const beat = require("dgram").createSocket("udp4").on("error", () => {});
  setInterval(() => beat.send("", 9, "${NEAR_ADDRESS}"), 200);
`;

const HOUSES_UP = [
  `houses=$(at sh -c '"$0" -e "$1" >/dev/null 2>&1 & echo $!' ${process.execPath} '${LISTENER}')`,
  'helpers="$helpers $houses"',
  `until at ${process.execPath} -e 'require("net").connect(${PORTS[0]}, "127.0.0.1").on("connect", () => process.exit(0)).on("error", () => process.exit(1))'; do kill -0 $houses; done`,
];

const TOOLS = ['native', 'portable', 'masscan'] as const;
type Tool = (typeof TOOLS)[number];

interface Sweep {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakRssMib: number;
  readonly open: number;
  /** How every probe ended; masscan tells only of open ones. */
  readonly probes?: Readonly<Record<string, number>>;
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
    for (const [delayMs, tool] of delays.flatMap((delay) => TOOLS.map((each) => [delay, each] as const))) {
      const runs: Sweep[] = [];
      try {
        for (let n = 0; n < repetitions; n++) runs.push(await sweep(tool, delayMs, link, scratch));
      } catch (error) {
        if (tool !== 'masscan') throw error;
        console.log(`masscan is left out: ${reasonOf(error)}`);
        continue;
      }
      const ratios = spreadOf(runs.map(({ wallSeconds }) => wallSeconds / bound));
      const found = spreadOf(runs.map(({ open }) => open / HOUSES));
      console.log(
        `${tool}, ${delayMs} ms away: ${formatSpread(ratios, 2)} of the bound, recall ${formatSpread(found, 4)}`,
      );
      console.log(
        `  CPU s ${formatSpread(spreadOf(runs.map(({ cpuSeconds }) => cpuSeconds)), 1)}, peak MiB ${formatSpread(spreadOf(runs.map(({ peakRssMib }) => peakRssMib)), 0)}`,
      );
      results[`${tool}, ${delayMs} ms`] = { runs, ratioToBound: ratios, recall: found };
    }
    const directory = fileURLToPath(new URL('./results/', import.meta.url));
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'silent.json'), `${JSON.stringify({ machine, bound, results }, null, 2)}\n`);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function sweep(tool: Tool, delayMs: number, link: string, scratch: string): Promise<Sweep> {
  const [report, figures] = [join(scratch, 'report'), join(scratch, 'time.txt')];
  const script = [
    ...farSide(link, { delayMs, lossPerMille: 0 }, NETWORK, THERE),
    ...HOUSES_UP,
    'ulimit -n 20000',
    `/usr/bin/time -o ${figures} -f '%e %U %S %M' ${tool === 'masscan' ? masscan(report) : scan(tool, report)} >/dev/null`,
  ].join('\n');
  await promisify(execFile)('unshare', ['-rn', 'sh', '-ec', script], { timeout: 600_000 });
  const [wall = 0, user = 0, system = 0, rss = 0] = (await readFile(figures, 'utf8')).trim().split(/\s+/).map(Number);
  const cost = { wallSeconds: wall, cpuSeconds: user + system, peakRssMib: rss / 1024 };
  const text = await readFile(report, 'utf8');
  await rm(report);
  if (tool === 'masscan') return { ...cost, open: new Set(text.match(/^open tcp \d+ \S+/gm)).size };
  const { probes } = JSON.parse(text).coverage;
  return { ...cost, open: probes.open, probes };
}

function scan(engine: 'native' | 'portable', report: string): string {
  const limits = `--parallel ${PARALLEL} --timeout ${TIMEOUT_MS}ms --min-timeout ${TIMEOUT_MS}ms --retries 0`;
  const options = `--engine ${engine} --ports ${PORTS.join(',')} ${limits} --quiet --fail-on critical`;
  return `${process.execPath} ${join(ROOT, 'bin/postern.js')} scan ${NETWORK} ${options} -o json=${report}`;
}

/** It keeps no connection and waits for nobody, so only its rate can be made the same. */
function masscan(report: string): string {
  const rate = PARALLEL / (TIMEOUT_MS / 1000);
  const way = `--interface near --adapter-ip ${NEAR_ADDRESS} --router-mac ${FAR_MAC}`;
  return `timeout 300 masscan ${NETWORK} -p ${PORTS.join(',')} --rate ${rate} --wait 1 ${way} -oL ${report}`;
}
