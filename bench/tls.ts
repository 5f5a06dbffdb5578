import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../test/support/running.ts';
import { ecKeys, issue, rsaKeys } from '../test/tls/support/issue.ts';
import { machineFacts } from './machine.ts';

/*
 * `postern tls` beside sslscan and nmap on the same servers, whole processes with their start-up, and beside what Node
 * needs for the same connections alone. Wall times depend on the machine and its load, so they are shown as ratios of
 * medians of interleaved runs. Needs nginx, sslscan and nmap.
 */

const run = promisify(execFile);
const program = fileURLToPath(new URL('../bin/postern.js', import.meta.url));
const floor = fileURLToPath(new URL('./tls-floor.cjs', import.meta.url));
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const HOSTS = 100;
const DELAY_MS = 20;

interface Contender {
  readonly name: string;
  readonly command: string;
  /** @param hellos file with the first octets of every connection that an inspection of the port opens */
  args(port: number, hellos: string): string[];
}

interface Comparison {
  readonly title: string;
  readonly figures: readonly {
    readonly name: string;
    readonly medianMs: number;
    readonly minMs?: number;
    readonly ofSslscan: number;
    readonly connections?: number;
  }[];
}

const own = (port: number, ...more: string[]): string[] => [
  program,
  'tls',
  `127.0.0.1:${port}`,
  '-q',
  '--format',
  'json',
  ...more,
];

const CONTENDERS: readonly Contender[] = [
  { name: 'postern tls', command: process.execPath, args: (port) => own(port) },
  { name: 'postern tls --quick', command: process.execPath, args: (port) => own(port, '--quick') },
  { name: 'node, start alone', command: process.execPath, args: () => ['-e', '0'] },
  { name: 'node, the connections', command: process.execPath, args: (port, hellos) => [floor, hellos, String(port)] },
  { name: 'sslscan', command: 'sslscan', args: (port) => ['--no-colour', `127.0.0.1:${port}`] },
  {
    name: 'nmap ssl-enum-ciphers',
    command: 'nmap',
    args: (port) => ['-n', '-Pn', '-p', String(port), '--script', 'ssl-enum-ciphers', '127.0.0.1'],
  },
];

async function timed(command: string, args: readonly string[]): Promise<number> {
  // Node would read it at every start, and nothing here asks for it.
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const start = performance.now();
  // Findings make exit 1: the time counts all the same.
  await run(command, args, { env, maxBuffer: 64 * 1_048_576 }).catch((error: { code?: unknown }) => {
    if (typeof error.code !== 'number') throw error;
  });
  return performance.now() - start;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  const [modern, legacy, status] = [await freePort(), await freePort(), await freePort()];
  const nginx = spawn('nginx', ['-p', folder, '-c', configuration(folder, modern, legacy, status)], {
    stdio: 'inherit',
  });
  const slow = await relay('127.0.0.1', 0, modern, DELAY_MS / 2);
  try {
    await reachable(status);
    const { port: delayed } = slow.address() as AddressInfo;
    const comparisons = [
      await compare('nginx, Mozilla intermediate', modern, status, folder),
      await compare('nginx, ALL@SECLEVEL=0, two certificates', legacy, status, folder),
      await compare(`nginx, Mozilla intermediate, ${DELAY_MS} ms more a round trip`, delayed, status, folder),
      await fleet(modern),
    ];
    const results = fileURLToPath(new URL('./results/tls.json', import.meta.url));
    writeFileSync(results, `${JSON.stringify({ machine: machineFacts(), rounds: ROUNDS, comparisons }, null, 2)}\n`);
  } finally {
    nginx.kill('SIGKILL');
    slow.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What an inspection of the port says first on each of its connections, but for the two by OpenSSL: in a file. */
async function recordHellos(port: number, folder: string): Promise<string> {
  const hellos: string[] = [];
  const between = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    client.once('data', (data) => hellos.push(data.toString('base64')));
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((listening) => between.listen(0, '127.0.0.1', listening));
  await timed(process.execPath, own((between.address() as AddressInfo).port));
  between.close();
  const file = join(folder, `hellos-${port}.json`);
  writeFileSync(file, JSON.stringify(hellos.slice(0, -2)));
  return file;
}

async function compare(title: string, port: number, status: number, folder: string): Promise<Comparison> {
  const hellos = await recordHellos(port, folder);
  const times = new Map(CONTENDERS.map(({ name }) => [name, [] as number[]]));
  const connections = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, command, args } of CONTENDERS) {
      const before = await accepted(status);
      times.get(name)?.push(await timed(command, args(port, hellos)));
      connections.set(name, (await accepted(status)) - before - 1);
    }
  }
  const base = median(times.get('sslscan') ?? []);
  const figures: Comparison['figures'][number][] = [];
  process.stdout.write(`\n${title}\n`);
  for (const { name } of CONTENDERS) {
    const time = median(times.get(name) ?? []);
    const least = Math.min(...(times.get(name) ?? []));
    process.stdout.write(
      `  ${name.padEnd(24)} ${time.toFixed(0).padStart(6)} ms (least ${least.toFixed(0)})  ${(time / base).toFixed(2)} of sslscan  ${connections.get(name)} connections\n`,
    );
    figures.push({
      name,
      medianMs: time,
      minMs: least,
      ofSslscan: time / base,
      connections: connections.get(name) ?? 0,
    });
  }
  return { title, figures };
}

/** The same server under a hundred loopback addresses: one process each, sslscan with a list of targets. */
async function fleet(port: number): Promise<Comparison> {
  const addresses = Array.from({ length: HOSTS }, (_, index) => `127.0.1.${index + 1}`);
  const servers = await Promise.all(addresses.map((address) => relay(address, port, port, 0)));
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  const list = join(folder, 'targets.txt');
  writeFileSync(list, addresses.map((address) => `${address}:${port}\n`).join(''));
  try {
    const time = await timed(process.execPath, [program, 'tls', '--targets', list, '-q', '--format', 'json']);
    const theirs = await timed('sslscan', ['--no-colour', `--targets=${list}`]);
    process.stdout.write(
      `\n${HOSTS} loopback hosts, every suite\n  postern tls ${time.toFixed(0)} ms, sslscan ${theirs.toFixed(0)} ms: ${(time / theirs).toFixed(2)} of sslscan\n`,
    );
    return {
      title: `${HOSTS} loopback hosts, every suite`,
      figures: [
        { name: 'postern tls', medianMs: time, ofSslscan: time / theirs },
        { name: 'sslscan', medianMs: theirs, ofSslscan: 1 },
      ],
    };
  } finally {
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Passes octets on, `delayMs` later in each direction. */
function relay(address: string, listen: number, port: number, delayMs: number): Promise<Server> {
  const later = (work: () => void): void => {
    if (delayMs === 0) work();
    else setTimeout(work, delayMs);
  };
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: '127.0.0.1', port, noDelay: true });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('data', (data) => later(() => to.write(data)));
      from.on('error', () => to.destroy());
      from.on('close', () => later(() => to.destroy()));
    }
  });
  return new Promise((resolve) => server.listen(listen, address, 512, () => resolve(server)));
}

async function accepted(status: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${status}/`, { headers: { connection: 'close' } })).text();
  return Number(/\n\s*(\d+)\s+\d+\s+\d+/.exec(text)?.[1]);
}

async function reachable(status: number): Promise<void> {
  for (;;) {
    const up = await accepted(status).catch(() => null);
    if (up !== null) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function configuration(folder: string, modern: number, legacy: number, status: number): string {
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const rsa = issue({ keys: rsaKeys(), dns: ['box.test'] });
  const ec = issue({ keys: ecKeys(), dns: ['box.test'] });
  const pair = `ssl_certificate ${file('rsa.pem', rsa.pem)}; ssl_certificate_key ${file('rsa.key', rsa.keyPem)};`;
  const second = `ssl_certificate ${file('ec.pem', ec.pem)}; ssl_certificate_key ${file('ec.key', ec.keyPem)};`;
  const suites = ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].flatMap((name) => [
    `ECDHE-ECDSA-${name}`,
    `ECDHE-RSA-${name}`,
  ]);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  return file(
    'nginx.conf',
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr crit; events { worker_connections 1024; }
http { access_log off; ${paths}
server { listen 127.0.0.1:${modern} ssl; ${pair} ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ${suites.join(':')}; ssl_ecdh_curve X25519:prime256v1:secp384r1; return 200 hello; }
server { listen 127.0.0.1:${legacy} ssl; ${pair} ${second} ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers on; ssl_ciphers ALL:@SECLEVEL=0; return 200 hello; }
server { listen 127.0.0.1:${status}; location / { stub_status; } } }`,
  );
}
