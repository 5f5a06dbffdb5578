import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { dialFirefox } from './firefox.ts';
import { nssStore } from './nss-store.ts';

/*
 * Programs that dial an endpoint with their defaults and a given bundle of authorities, as the clients of an API do. The
 * name is sent and checked, but the connection goes to the address given with it.
 */

const run = promisify(execFile);

export interface Errand {
  readonly id: string;
  /** What the client believes it dials. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

/** Why each errand failed; null where it was served. */
export type Outcomes = ReadonlyMap<string, string | null>;

export interface Bundle {
  readonly folder: string;
  /** PEM file of every authority that is trusted. */
  readonly file: string;
  readonly authorities: readonly string[];
}

export interface RealClient {
  readonly name: string;
  readonly program: string;
  /** The row of the table that it stands for. */
  readonly row: string;
  /** Cases in which the release at hand departs from the one in the table, whose hello it has not; null where it is that one. */
  departures?(program: string): Promise<readonly string[] | null>;
  dial(program: string, errands: readonly Errand[], bundle: Bundle): Promise<Outcomes>;
}

/** A script that gets the errands as its last argument and prints a JSON object of outcomes. */
function scripted(
  args: (bundle: Bundle) => readonly string[],
  env: (bundle: Bundle) => Record<string, string>,
): RealClient['dial'] {
  return async (program, errands, bundle) => {
    const { stdout } = await run(program, [...args(bundle), JSON.stringify(errands)], {
      env: { ...process.env, ...env(bundle) },
      timeout: 120_000,
    });
    return new Map(Object.entries(JSON.parse(stdout) as Record<string, string | null>));
  };
}

const NODE = `
const tls = require('tls'), net = require('net');
const one = ({ host, address, port }) => new Promise((done) => {
  const socket = tls.connect({ socket: net.connect(port, address), host, servername: net.isIP(host) ? '' : host });
  let answer = '';
  socket.setTimeout(10000, () => socket.destroy(new Error('timeout')));
  socket.on('error', (error) => done(error.code || error.message));
  socket.on('secureConnect', () => socket.write('GET / HTTP/1.0\\r\\n\\r\\n'));
  socket.on('data', (piece) => { answer += piece; });
  socket.on('close', () => done(/^HTTP.* 200/.test(answer) ? null : 'closed'));
});
(async () => {
  const found = {};
  for (const errand of JSON.parse(process.argv[1])) found[errand.id] = await one(errand);
  console.log(JSON.stringify(found));
})();
`;

const PYTHON = `
import json, socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[2])
if sys.argv[1] == 'current':
    context.verify_flags |= ssl.VERIFY_X509_STRICT | getattr(ssl, 'VERIFY_X509_PARTIAL_CHAIN', 0x80000)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers('@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM')
found = {}
for errand in json.loads(sys.argv[3]):
    try:
        with socket.create_connection((errand['address'], errand['port']), 10) as plain:
            with context.wrap_socket(plain, server_hostname=errand['host']) as secure:
                secure.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n')
                found[errand['id']] = None if b' 200 ' in secure.recv(1000) else 'closed'
    except Exception as error:
        found[errand['id']] = str(error)
print(json.dumps(found))
`;

const GO = `package main
import ("crypto/tls"; "encoding/json"; "net"; "os"; "runtime"; "strings"; "time")
type errand struct { Id, Host, Address string; Port int }
func one(e errand) *string {
	say := func(err error) *string { text := err.Error(); return &text }
	plain, err := net.DialTCP("tcp", nil, &net.TCPAddr{IP: net.ParseIP(e.Address), Port: e.Port})
	if err != nil { return say(err) }
	defer plain.Close()
	plain.SetDeadline(time.Now().Add(10 * time.Second))
	var current []uint16
	// Debian's release is told to offer no more than later ones do.
	if strings.HasPrefix(runtime.Version(), "go1.19") { for _, s := range tls.CipherSuites() { if s.ID > 0xc000 && s.ID != 0xc012 { current = append(current, s.ID) } } }
	c := tls.Client(plain, &tls.Config{ServerName: e.Host, CipherSuites: current})
	if _, err := c.Write([]byte("GET / HTTP/1.0\\r\\n\\r\\n")); err != nil { return say(err) }
	b := make([]byte, 100)
	if n, err := c.Read(b); n == 0 { return say(err) }
	return nil
}
func main() {
	var errands []errand
	if err := json.Unmarshal([]byte(os.Args[1]), &errands); err != nil { panic(err) }
	found := map[string]*string{}
	for _, e := range errands { found[e.Id] = one(e) }
	json.NewEncoder(os.Stdout).Encode(found)
}
`;

async function dialGo(program: string, errands: readonly Errand[], bundle: Bundle): Promise<Outcomes> {
  const source = join(bundle.folder, 'client.go');
  const built = join(bundle.folder, 'client');
  writeFileSync(source, GO);
  await run(program, ['build', '-o', built, source], { timeout: 120_000 });
  return scripted(
    () => [],
    ({ file }) => ({ SSL_CERT_FILE: file }),
  )(built, errands, bundle);
}

async function departuresOfGo(program: string): Promise<readonly string[] | null> {
  const { stdout } = await run(program, ['version']);
  const release = Number(/ go1\.(\d+)/.exec(stdout)?.[1]);
  if (release === 26) return null;
  if (release > 26) return ['auto:ml-dsa-65:issued'];
  return release < 24 ? ['X25519MLKEM768:ec:issued'] : [];
}

/** All in one process: what takes long is its start, with every authority of the system. */
async function dialCurl(program: string, errands: readonly Errand[], { file }: Bundle): Promise<Outcomes> {
  const one = ({ host, address, port }: Errand): string[] => [
    ...['-sS', '--noproxy', '*', '-m', '10', '-o', '/dev/null', '--cacert', file],
    ...['-w', '%{exitcode} %{errormsg}\\n', '--connect-to', `::${address}:${port}`, `https://${host}:${port}/`],
  ];
  const args = errands.flatMap((errand, index) => [...(index === 0 ? ['-q'] : ['--next']), ...one(errand)]);
  // The exit code is that of the last.
  const { stdout } = await run(program, args, { timeout: 120_000 }).catch((error: { stdout: string }) => error);
  const lines = stdout.trimEnd().split('\n');
  return new Map(errands.map(({ id }, index) => [id, lines[index] === '0 ' ? null : (lines[index] ?? 'not tried')]));
}

/** Nothing of its own that talks to anybody; every name is this host. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * 127.0.0.1, EXCLUDE 127.*',
];

/** Chromium on Linux takes the authorities of the user's NSS store. */
async function dialChromium(program: string, errands: readonly Errand[], bundle: Bundle): Promise<Outcomes> {
  await nssStore(join(bundle.folder, '.pki/nssdb'), bundle.authorities);
  const env = { ...process.env, HOME: bundle.folder } as Record<string, string>;
  const browser = await chromium.launch({ executablePath: program, args: FLAGS, env });
  try {
    const page = await browser.newPage();
    const found = new Map<string, string | null>();
    const places = new Map(errands.map(({ id, host, port }) => [`https://${host}:${port}/`, id]));
    page.on('requestfailed', (request) => {
      const id = places.get(request.url());
      if (id !== undefined) found.set(id, request.failure()?.errorText ?? 'failed');
    });
    // Fetched by a page and not gone to: before it shows that a certificate is bad, Chromium waits for three seconds.
    const landed = await page.goto([...places.keys()][0] ?? '').catch(() => null);
    if (landed === null) return found;
    const fetches = [...places.keys()].map((url) => `fetch(${JSON.stringify(url)}, { mode: 'no-cors' })`);
    await page.evaluate(`Promise.allSettled([${fetches.join(', ')}]).then(() => null)`);
    for (const { id } of errands) if (!found.has(id)) found.set(id, null);
    return found;
  } finally {
    await browser.close();
  }
}

export const REAL_CLIENTS: readonly RealClient[] = [
  { name: 'curl', row: 'curl', program: 'curl', dial: dialCurl },
  {
    name: 'Node',
    row: 'Node',

    program: 'node-24.21.0',
    dial: scripted(
      () => ['-e', NODE],
      ({ file }) => ({ NODE_EXTRA_CA_CERTS: file }),
    ),
  },
  {
    name: 'Python',
    row: 'Python httpx',

    program: 'python3',
    dial: scripted(
      ({ file }) => ['-c', PYTHON, 'current', file],
      () => ({}),
    ),
  },
  { name: 'Go', row: 'Go', program: 'go', departures: departuresOfGo, dial: dialGo },
  {
    name: 'Chromium',
    row: 'Chrome',

    program: 'chromium',
    dial: dialChromium,
  },
  { name: 'Firefox', row: 'Firefox', program: 'firefox-esr', dial: dialFirefox },
];
