import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { machineFacts } from './machine.ts';
import { measure, spreadOf } from './measure.ts';

/*
 * How long `postern lint` takes: one compose file with its `.env` over what Node itself takes to start, and trees of
 * deployment files of three sizes, which shows whether time grows with their number; and beside it what dclint takes
 * for the same compose files, which npm installs into a folder of this run. Every figure is a median of runs that take
 * turns.
 */

const POSTERN = 'bin/postern.js';
const ROUNDS = 7;
const SIZES = [250, 500, 1000] as const;
/** Compose files alone, for dclint reads nothing else. */
const COMPOSE_FILES = 200;

export async function bench(): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'bench-lint-'));
  try {
    const one = join(scratch, 'one');
    await write(one, { 'compose.yaml': compose(0), '.env': 'PORT=11434\nAI_VERIFY_SSL=true\n' });
    const trees = await Promise.all(
      SIZES.map(async (size) => {
        const folder = join(scratch, `tree-${size}`);
        await write(folder, tree(size));
        return { size, folder };
      }),
    );
    const composes = join(scratch, 'composes');
    for (let index = 0; index < COMPOSE_FILES; index += 1)
      await write(join(composes, `project-${index}`), { 'compose.yaml': compose(index) });
    const dclint = await installed('dclint', scratch);
    const runs = new Map<string, { wall: number[]; rss: number[] }>();
    const run = async (name: string, command: readonly string[]): Promise<void> => {
      const { cost } = await measure(command, scratch);
      const entry = runs.get(name) ?? { wall: [], rss: [] };
      entry.wall.push(cost.wallSeconds);
      entry.rss.push(cost.peakRssMib);
      runs.set(name, entry);
    };
    const lint = (folder: string): readonly string[] => [
      'sh',
      '-c',
      `node ${POSTERN} lint ${folder} --format json > ${join(scratch, 'out.json')} || true`,
    ];
    for (let round = 0; round < ROUNDS; round += 1) {
      await run('node -e 0', ['sh', '-c', 'node -e 0 || true']);
      await run('one', lint(one));
      await run('dclint, one', ['sh', '-c', `${dclint} ${one}/compose.yaml > /dev/null 2>&1 || true`]);
      await run('compose files', lint(composes));
      await run('dclint, compose files', ['sh', '-c', `${dclint} -r ${composes} > /dev/null 2>&1 || true`]);
      for (const { size, folder } of trees) await run(`tree of ${size}`, lint(folder));
    }
    const figures = [...runs].map(([name, { wall, rss }]) => ({
      name,
      seconds: spreadOf(wall),
      peakRssMib: spreadOf(rss),
    }));
    const median = (name: string): number => figures.find((one_) => one_.name === name)?.seconds.median ?? Number.NaN;
    const result = {
      machine: machineFacts(),
      rounds: ROUNDS,
      figures,
      oneOverNodeMs: Math.round((median('one') - median('node -e 0')) * 1000),
      ofDclint: median('one') / median('dclint, one'),
      composeFilesOfDclint: median('compose files') / median('dclint, compose files'),
      doublingRatio: (median('tree of 1000') - median('one')) / (median('tree of 500') - median('one')),
    };
    await writeFile('bench/results/lint.json', `${JSON.stringify(result, null, 2)}\n`);
    for (const { name, seconds, peakRssMib } of figures)
      console.log(`${name}: ${seconds.median.toFixed(3)} s, ${peakRssMib.median.toFixed(0)} MiB`);
    console.log(
      `of dclint's time: ${result.ofDclint.toFixed(2)} for one compose file, ${result.composeFilesOfDclint.toFixed(2)} for ${COMPOSE_FILES}`,
    );
    console.log(
      `one compose file and its .env: ${result.oneOverNodeMs} ms over node -e 0; 1,000 files take ${result.doublingRatio.toFixed(2)} times what 500 take`,
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Path of a package's program. */
async function installed(name: string, scratch: string): Promise<string> {
  const prefix = join(scratch, 'installed');
  await promisify(execFile)('npm', [
    'install',
    '--prefix',
    prefix,
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    name,
  ]);
  return join(prefix, 'node_modules', '.bin', name);
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
