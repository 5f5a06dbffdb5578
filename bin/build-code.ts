// Makes dist/code/<V8>-<architecture>/ from dist/app/ and dist/rules/: every part once more, as a script, and the code that
// V8 made of it while the program ran on small things. To compile the program anew takes more of a short run than
// anything else. Only a Node with the same V8 can read it, so it is for who builds what he runs, and not in the package.
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:https';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Script } from 'node:vm';
import { transform } from 'esbuild';
import type * as program from '../src/cli/program.ts';
import { tlsWire } from '../src/system/tls-wire.ts';
import { rogueIdentity } from '../src/tls/rogue.ts';

interface Loader {
  load(path: 'app/program.js'): Pick<typeof program, 'main' | 'nodeSystem'>;
  readonly scripts: ReadonlyMap<string, Script>;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const folder = join(dist, 'code', `${process.versions.v8}-${process.arch}`);
// Under another name until all is there: what a build that was stopped has left, nobody takes.
const unfinished = join(folder, 'unfinished.cjs');
rmSync(join(dist, 'code'), { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
copyFileSync(join(root, 'bin', 'code-loader.cjs'), unfinished);

const texts = await scripts();
write(new Map());
const loader = createRequire(import.meta.url)(unfinished) as Loader;
await exercise(loader);
write(new Map([...loader.scripts].map(([path, script]) => [path, script.createCachedData()])));
renameSync(unfinished, join(folder, 'loader.cjs'));

function write(code: ReadonlyMap<string, Buffer>): void {
  const index: Record<string, [begin: number, ofText: number, ofCode: number, encoding: BufferEncoding]> = {};
  const pieces: Buffer[] = [];
  let end = 0;
  for (const [path, text] of texts) {
    // esbuild escapes letters beyond ASCII in strings, but not in patterns and tagged templates.
    const encoding = /[^\0-\x7f]/.test(text) ? 'utf16le' : 'latin1';
    const ofPart = [Buffer.from(text, encoding), code.get(path) ?? Buffer.alloc(0)] as const;
    index[path] = [end, ofPart[0].length, ofPart[1].length, encoding];
    pieces.push(...ofPart);
    end += ofPart[0].length + ofPart[1].length;
  }
  writeFileSync(join(folder, 'parts'), Buffer.concat(pieces));
  writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
}

/** By path below dist/. */
async function scripts(): Promise<ReadonlyMap<string, string>> {
  const paths = ['app', 'rules'].flatMap((part) =>
    readdirSync(join(dist, part))
      .filter((name) => name.endsWith('.js') && !name.endsWith('.source.js'))
      .map((name) => `${part}/${name}`),
  );
  const made = paths.map(async (path) => [path, await asScript(readFileSync(join(dist, path), 'utf8'))] as const);
  return new Map(await Promise.all(made));
}

/** What is imported late is required late; `require` is there without being made. */
async function asScript(module: string): Promise<string> {
  const { code } = await transform(module.replace(/^import\{createRequire as nodeRequire\}.*\n/, ''), {
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'importMetaUrl' },
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'error',
  });
  return `(function(exports,require,module,importMetaUrl){'use strict';\n${code}\n})`;
}

/** What the commands that are run most often do in every run. */
async function exercise({ load }: Loader): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-code-'));
  // Where no configuration of ours is found.
  process.chdir(folder);
  writeFileSync(
    join(folder, 'compose.yaml'),
    'services:\n  ollama:\n    image: ollama/ollama\n    ports: ["11434:11434"]\n',
  );
  writeFileSync(join(folder, '.env'), 'OLLAMA_HOST=0.0.0.0\n');
  const { certificate, key } = rogueIdentity(tlsWire(undefined).signingKey());
  const server = createServer({ cert: certificate, key }, (_request, response) => response.end('ok'));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const { main, nodeSystem } = load('app/program.js');
  const system = nodeSystem();
  const silent = { ...system, terminal: { ...system.terminal, out: async () => undefined, err: () => undefined } };
  for (const command of [
    ['lint', '.'],
    ['tls', `127.0.0.1:${port}`],
    ['scan', `127.0.0.1:${port}`],
    ['explain', 'plaintext-endpoint'],
  ])
    for (const format of command[0] === 'explain' ? [[]] : [[], ['--format', 'json']]) {
      const status = await main([...command, ...format], silent);
      if (status > 1) throw new Error(`${command.join(' ')}: exit code ${status}`);
    }
  server.close();
  server.closeAllConnections();
  process.chdir(root);
  rmSync(folder, { recursive: true });
}
