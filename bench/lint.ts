import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { machineFacts } from './machine.ts';
import { type Cost, measure, spreadOf } from './measure.ts';

/*
 * How long `postern lint` takes: one compose file with its `.env` over what Node itself takes to start, and trees of
 * deployment files of three sizes, which shows whether time grows with their number; and beside it what dclint takes
 * for the same compose files, which npm installs into a folder of this run. Every figure is a median of runs that take
 * turns; processor time is told too, because other programs may take their share of the machine.
 */

const POSTERN = 'bin/postern.js';
const SIZES = [250, 500, 1000] as const;
/** Compose files alone, for dclint reads nothing else; it takes a tenth of a second for each. */
const COMPOSE_FILES = 8;
const ROUNDS = 9;
/** No round is begun after that, but for the least that makes a median. */
const LONGEST_SECONDS = 45;
const FEWEST_ROUNDS = 3;

type Runs = Map<string, Cost[]>;

export async function bench(): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'bench-lint-'));
  try {
    const cases = await casesIn(scratch);
    const runs: Runs = new Map(Object.keys(cases).map((name) => [name, []]));
    const machine = machineFacts();
    const started = performance.now();
    let rounds = 0;
    while (rounds < FEWEST_ROUNDS || (rounds < ROUNDS && performance.now() - started < LONGEST_SECONDS * 1000)) {
      for (const [name, command] of Object.entries(cases)) runs.get(name)?.push(await costOf(command, scratch));
      rounds += 1;
    }
    const result = { machine, rounds, ...figuresOf(runs) };
    await writeFile('bench/results/lint.json', `${JSON.stringify(result, null, 2)}\n`);
    tell(result);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Command lines for a shell, by what they show. */
async function casesIn(scratch: string): Promise<Readonly<Record<string, string>>> {
  const one = join(scratch, 'one');
  await write(one, { 'compose.yaml': compose(0), '.env': 'PORT=11434\nAI_VERIFY_SSL=true\n' });
  const composes = join(scratch, 'composes');
  for (let index = 0; index < COMPOSE_FILES; index += 1)
    await write(join(composes, `project-${index}`), { 'compose.yaml': compose(index) });
  for (const size of SIZES) await write(join(scratch, `tree-${size}`), tree(size));
  const lint = (folder: string): string => `node ${POSTERN} lint ${folder} --format json`;
  const dclint = await installed('dclint', scratch);
  return {
    'node -e 0': 'node -e 0',
    one: lint(one),
    'compose files': lint(composes),
    ...(dclint === null
      ? {}
      : { 'dclint, one': `${dclint} ${one}/compose.yaml`, 'dclint, compose files': `${dclint} -r ${composes}` }),
    ...Object.fromEntries(SIZES.map((size) => [`tree of ${size}`, lint(join(scratch, `tree-${size}`))])),
  };
}

/** Findings are no failure here. Certificates that the environment adds are read at each start of Node, and not for free. */
async function costOf(command: string, scratch: string): Promise<Cost> {
  const quiet = `unset NODE_EXTRA_CA_CERTS; ${command} > ${join(scratch, 'out')} 2>&1 || true`;
  return (await measure(['sh', '-c', quiet], scratch)).cost;
}

function figuresOf(runs: Runs) {
  const figures = [...runs].map(([name, costs]) => ({
    name,
    seconds: spreadOf(costs.map(({ wallSeconds }) => wallSeconds)),
    cpuSeconds: spreadOf(costs.map(({ cpuSeconds }) => cpuSeconds)),
    peakRssMib: spreadOf(costs.map(({ peakRssMib }) => peakRssMib)),
  }));
  type Kind = 'seconds' | 'cpuSeconds';
  const median = (name: string, kind: Kind): number =>
    figures.find((figure) => figure.name === name)?.[kind].median ?? Number.NaN;
  const overNode = (kind: Kind): number => Math.round((median('one', kind) - median('node -e 0', kind)) * 1000);
  return {
    figures,
    composeFiles: COMPOSE_FILES,
    oneOverNodeMs: overNode('seconds'),
    oneOverNodeCpuMs: overNode('cpuSeconds'),
    ofDclint: median('one', 'seconds') / median('dclint, one', 'seconds'),
    composeFilesOfDclint: median('compose files', 'seconds') / median('dclint, compose files', 'seconds'),
    doublingRatio:
      (median('tree of 1000', 'cpuSeconds') - median('one', 'cpuSeconds')) /
      (median('tree of 500', 'cpuSeconds') - median('one', 'cpuSeconds')),
  };
}

function tell(result: ReturnType<typeof figuresOf> & { readonly rounds: number }): void {
  for (const { name, seconds, cpuSeconds, peakRssMib } of result.figures)
    console.log(
      `${name}: ${seconds.median.toFixed(3)} s, of the processor ${cpuSeconds.median.toFixed(3)} s, ${peakRssMib.median.toFixed(0)} MiB`,
    );
  console.log(
    `of dclint's time: ${result.ofDclint.toFixed(2)} for one compose file, ${result.composeFilesOfDclint.toFixed(3)} for ${COMPOSE_FILES}`,
  );
  console.log(
    `one compose file and its .env: ${result.oneOverNodeMs} ms over node -e 0 (${result.oneOverNodeCpuMs} ms of the processor); 1,000 files take ${result.doublingRatio.toFixed(2)} times the processor time of 500; ${result.rounds} rounds`,
  );
}

/** Path of a package's program; null where it cannot be installed, which is told. */
async function installed(name: string, scratch: string): Promise<string | null> {
  const prefix = join(scratch, 'installed');
  const options = ['--prefix', prefix, '--no-audit', '--no-fund', '--ignore-scripts'];
  try {
    await promisify(execFile)('npm', ['install', ...options, name], { timeout: 25_000 });
    return join(prefix, 'node_modules', '.bin', name);
  } catch (error) {
    console.log(`${name} is not measured: npm could not install it within 25 s (${(error as Error).message})`);
    return null;
  }
}

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** Projects of five files: compose, variables, a proxy, a unit, a script. */
function tree(size: number): Record<string, string> {
  const files: Record<string, string> = {};
  for (let index = 0; index < size / 5; index += 1) {
    const folder = `project-${index}`;
    files[`${folder}/compose.yaml`] = compose(index);
    files[`${folder}/.env`] = `PORT=${11_434 + index}\nAI_VERIFY_SSL=true\n`;
    files[`${folder}/nginx.conf`] =
      `server {\n  listen 443 ssl;\n  location / {\n    auth_basic "ai";\n    auth_basic_user_file /etc/nginx/logins;\n    proxy_pass http://ollama:11434;\n  }\n}\n`;
    files[`${folder}/ollama.service`] =
      `[Service]\nEnvironment="OLLAMA_HOST=127.0.0.1:${11_434 + index}"\nExecStart=/usr/local/bin/ollama serve\n`;
    files[`${folder}/start.sh`] =
      `#!/bin/sh\nset -e\nexport MODEL=model-${index}.gguf\nllama-server --model "$MODEL" --host 127.0.0.1 --port ${8000 + index}\n`;
  }
  return files;
}

function compose(index: number): string {
  return `services:
  ollama:
    image: ollama/ollama:0.30.11
    ports: ["127.0.0.1:\${PORT:-11434}:11434"]
    volumes: ["models-${index}:/root/.ollama"]
  web:
    image: ghcr.io/open-webui/open-webui:main
    environment:
      OLLAMA_BASE_URL: http://ollama:11434
      WEBUI_SECRET_KEY: \${WEBUI_SECRET_KEY:?set it}
    ports: ["127.0.0.1:3000:8080"]
    depends_on: [ollama]
volumes:
  models-${index}: {}
`;
}
