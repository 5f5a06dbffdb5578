import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machineFacts } from './machine.ts';
import { formatSpread, measure, type Spread, spreadOf } from './measure.ts';

/*
 * How long the program takes to get going, beside `node -e 0` in the same rounds. Commands here send nothing.
 */

const POSTERN = fileURLToPath(new URL('../bin/postern.js', import.meta.url));
const ROUNDS = 15;

const CASES: Readonly<Record<string, readonly string[]>> = {
  node: ['-e', '0'],
  version: [POSTERN, '--version'],
  help: [POSTERN, '--help'],
  'tls --help': [POSTERN, 'tls', '--help'],
  explain: [POSTERN, 'explain', 'plaintext-endpoint'],
  'scan --plan': [POSTERN, 'scan', '127.0.0.1', '--plan'],
};

interface Row {
  readonly wallMs: Spread;
  readonly cpuMs: Spread;
}

/** Takes turns, so that what else the machine does falls on all alike. */
export async function bench(): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'postern-bench-'));
  const machine = machineFacts();
  const wall = new Map<string, number[]>();
  const cpu = new Map<string, number[]>();
  try {
    for (let round = 0; round < ROUNDS; round += 1)
      for (const [name, args] of Object.entries(CASES)) {
        const { cost } = await measure([process.execPath, ...args], scratch);
        wall.set(name, [...(wall.get(name) ?? []), cost.wallSeconds * 1000]);
        cpu.set(name, [...(cpu.get(name) ?? []), cost.cpuSeconds * 1000]);
      }
  } finally {
    await rm(scratch, { recursive: true });
  }
  const rows = Object.fromEntries(
    Object.keys(CASES).map((name): [string, Row] => [
      name,
      { wallMs: spreadOf(wall.get(name) ?? []), cpuMs: spreadOf(cpu.get(name) ?? []) },
    ]),
  );
  const base = rows.node;
  for (const [name, { wallMs, cpuMs }] of Object.entries(rows)) {
    const over = base === undefined ? 0 : wallMs.median - base.wallMs.median;
    console.log(
      `${name.padEnd(12)} wall ${formatSpread(wallMs, 0)} ms, cpu ${formatSpread(cpuMs, 0)} ms, ${over.toFixed(0)} ms over node`,
    );
  }
  const file = fileURLToPath(new URL('results/start.json', import.meta.url));
  await writeFile(file, `${JSON.stringify({ machine, rounds: ROUNDS, rows }, null, 2)}\n`);
}
