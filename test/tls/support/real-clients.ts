import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

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
  /** Whether its hello is that of the release in the table. */
  readonly ownHello: boolean;
  /** Cases that ask for a later release than the one at hand. */
  readonly tooOld?: readonly string[];
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
import ("crypto/tls"; "encoding/json"; "net"; "os"; "time")
type errand struct { Id, Host, Address string; Port int }
func one(e errand) *string {
	say := func(err error) *string { text := err.Error(); return &text }
	plain, err := net.DialTCP("tcp", nil, &net.TCPAddr{IP: net.ParseIP(e.Address), Port: e.Port})
	if err != nil { return say(err) }
	defer plain.Close()
	plain.SetDeadline(time.Now().Add(10 * time.Second))
	var current []uint16
	for _, s := range tls.CipherSuites() { if s.ID > 0xc000 && s.ID != 0xc012 { current = append(current, s.ID) } }
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
  const store = join(bundle.folder, '.pki/nssdb');
  mkdirSync(store, { recursive: true });
  await run('certutil', ['-N', '--empty-password', '-d', `sql:${store}`]);
  for (const [index, pem] of bundle.authorities.entries()) {
    const file = join(bundle.folder, `authority-${index}.pem`);
    writeFileSync(file, pem);
    // An authority, or a peer that is trusted itself.
    const trust = new X509Certificate(pem).ca ? 'C,,' : 'P,,';
    // Debian's NSS reads no ML-DSA.
    await run('certutil', ['-A', '-d', `sql:${store}`, '-t', trust, '-n', `authority ${index}`, '-i', file]).catch(
      () => undefined,
    );
  }
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
  { name: 'curl', row: 'curl', ownHello: true, program: 'curl', dial: dialCurl },
  {
    name: 'Node',
    row: 'Node',
    ownHello: true,
    program: 'node-24.21.0',
    dial: scripted(
      () => ['-e', NODE],
      ({ file }) => ({ NODE_EXTRA_CA_CERTS: file }),
    ),
  },
  {
    name: 'Python',
    row: 'Python httpx',
    ownHello: true,
    program: 'python3',
    dial: scripted(
      ({ file }) => ['-c', PYTHON, 'current', file],
      () => ({}),
    ),
  },
  // Debian's release is older, and told to offer the suites of later ones.
  { name: 'Go', row: 'Go', ownHello: false, tooOld: ['X25519MLKEM768:ec'], program: 'go', dial: dialGo },
  {
    name: 'Chromium',
    row: 'browsers',
    ownHello: true,
    tooOld: ['auto:ml-dsa-65'],
    program: 'chromium',
    dial: dialChromium,
  },
];
