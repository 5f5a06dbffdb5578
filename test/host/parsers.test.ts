import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { openDeployables } from '../../src/catalogue/builtin.ts';
import { proxyPublication, readDockerContainer } from '../../src/host/docker.ts';
import { overlap, readRange } from '../../src/host/firewall/ip-range.ts';
import { readIptables } from '../../src/host/firewall/iptables.ts';
import { readNft } from '../../src/host/firewall/nft.ts';
import { accountsOf } from '../../src/host/keys/accounts.ts';
import { keyReferences } from '../../src/host/keys/key-references.ts';
import { knownProcess } from '../../src/host/known-process.ts';
import { localAddresses, localAddresses6 } from '../../src/host/linux/local-addresses.ts';
import { argumentsOf, placementOf, processName, startTicks } from '../../src/host/linux/process-text.ts';
import { formatGroups, readSocketTable } from '../../src/host/linux/socket-table.ts';
import { directiveValues, unitNames } from '../../src/host/linux/unit-files.ts';
import { maskArguments } from '../../src/host/mask-arguments.ts';
import { requireProgram } from '../support/program.ts';

/*
 * The pure readers of what a machine says about itself.
 */

test('the socket table agrees with what ss makes of it', async (t) => {
  const ss = requireProgram(t, 'ss');
  if (ss === null || process.platform !== 'linux') return;
  const servers = [createServer().listen(0, '127.0.0.1'), createServer().listen(0, '::1')];
  await Promise.all(servers.map((server) => once(server, 'listening')));
  t.after(() => servers.map((server) => server.close()));

  const { readFileSync } = await import('node:fs');
  const ours = ['tcp', 'tcp6']
    .flatMap((name) => readSocketTable(readFileSync(`/proc/net/${name}`, 'utf8')))
    .map(({ address, port }) => `${address} ${port}`);
  const theirs = execFileSync(ss, ['-Hltn'], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => /(\S+):(\d+)$/.exec(line.trim().split(/\s+/)[3] ?? ''))
    .map((match) => `${(match?.[1] ?? '').replace(/^\[|\]$|%.*$/g, '').replace('*', '::')} ${match?.[2]}`);

  // Other programs of this machine come and go between the two.
  const mine = servers.map((server) => (server.address() as { port: number }).port);
  const only = (list: readonly string[]): readonly string[] =>
    list.filter((row) => mine.some((port) => row.endsWith(` ${port}`))).sort();
  assert.equal(only(ours).length, 2);
  assert.deepEqual(only(ours), only(theirs));
});

test('addresses of the socket table', () => {
  const row = (local: string): string =>
    `   0: ${local} 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 77 1 0 100 0 0 10 0`;
  const cases: readonly (readonly [string, string, number])[] = [
    ['0100007F:2CAA', '127.0.0.1', 11_434],
    ['00000000:0050', '0.0.0.0', 80],
    ['00000000000000000000000000000000:1F90', '::', 8080],
    ['00000000000000000000000001000000:1F90', '::1', 8080],
    ['0000000000000000FFFF00000100007F:1F90', '127.0.0.1', 8080],
    ['7700FD00000000000000000005000000:1F90', 'fd:77::5', 8080],
  ];
  for (const [written, address, port] of cases) {
    const [socket] = readSocketTable(row(written));
    assert.deepEqual([socket?.address, socket?.port, socket?.uid, socket?.inode], [address, port, 1000, '77']);
  }
  assert.deepEqual(readSocketTable(row('0100007F:2CAA').replace(' 0A ', ' 01 ')), [], 'established');
});

test('IPv6 text is as short as RFC 5952 has it', () => {
  assert.equal(formatGroups([0x2001, 0xdb8, 0, 0, 1, 0, 0, 1]), '2001:db8::1:0:0:1');
  assert.equal(formatGroups([0x2001, 0xdb8, 0, 1, 1, 1, 1, 1]), '2001:db8:0:1:1:1:1:1');
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 0, 1, 0xffff), { minLength: 8, maxLength: 8 }), (groups) => {
      const text = formatGroups(groups);
      const range = readRange(text);
      assert.equal(
        range?.first,
        groups.reduce((sum, group) => sum * 65_536n + BigInt(group), 0n),
      );
      // The platform's own parser is the judge.
      assert.equal(new URL(`http://[${text}]/`).hostname, `[${text}]`);
    }),
  );
});

test('processes: names with brackets and spaces, titles, units and containers', () => {
  const stat = '42 (a) b (c)) S 1 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 98765 0 0';
  assert.equal(processName(stat), 'a) b (c)');
  assert.equal(startTicks(stat), 98_765);
  assert.deepEqual(argumentsOf('ollama\0serve\0'), ['ollama', 'serve']);
  assert.deepEqual(argumentsOf('ollama runner --port 1\0\0\0'), ['ollama', 'runner', '--port', '1']);
  const id = 'ab'.repeat(32);
  assert.deepEqual(placementOf('0::/system.slice/ollama.service\n'), { unit: 'ollama.service', container: null });
  assert.deepEqual(placementOf('0::/user.slice/user-1000.slice/user@1000.service/app.slice/comfy.service'), {
    unit: 'comfy.service',
    container: null,
  });
  assert.deepEqual(placementOf('0::/user.slice/user-1000.slice/user@1000.service/init.scope'), {
    unit: null,
    container: null,
  });
  for (const path of [
    `/docker/${id}`,
    `/system.slice/docker-${id}.scope`,
    `/kubepods/pod1/cri-containerd-${id}.scope`,
    `/machine.slice/libpod-${id}.scope/container`,
  ])
    assert.equal(placementOf(`0::${path}`).container, id, path);
});

type Traits = Parameters<typeof knownProcess>[0];
const TRAITS: Traits = { name: '', argv: [], variables: null, image: null, ports: [] };

test('services by their command lines, and not by their arguments', async () => {
  const services = await openDeployables();
  const of = (argv: readonly string[], more: Partial<Traits> = {}): string | null =>
    knownProcess({ ...TRAITS, name: argv[0] ?? '', argv, ...more }, services)?.service ?? null;

  assert.equal(of(['/usr/local/bin/ollama', 'serve']), 'ollama');
  assert.equal(of(['ollama', 'pull', 'm']), null, 'a client opens no door');
  assert.equal(of(['/usr/bin/python3', '-m', 'vllm.entrypoints.openai.api_server']), 'vllm');
  assert.equal(of(['/opt/venv/bin/python', '/opt/venv/bin/jupyter-lab', '--ip=0.0.0.0']), 'jupyter');
  assert.equal(of(['python', '/home/a/ComfyUI/main.py', '--listen']), 'comfyui');
  assert.equal(of(['python', '/home/a/shop/main.py']), null, 'main.py is a common name');
  assert.equal(of(['vim', 'ollama', 'serve']), null);
  assert.equal(of(['grep', 'llama-server']), null);
  assert.equal(of([], { image: 'docker.io/ollama/ollama:0.9' }), 'ollama');
  assert.equal(
    of(['node', 'app.js'], { variables: new Map([['OLLAMA_HOST', 'gpu.lan']]), ports: [3000] }),
    null,
    'a client has the variable too',
  );
  assert.equal(
    of(['python', 'app.py'], { variables: new Map([['GRADIO_SERVER_NAME', '0.0.0.0']]), ports: [7860] }),
    'gradio',
  );
});

test('settings of a process: the flag before the variable, secrets only as being there', async () => {
  const services = await openDeployables();
  const of = (argv: readonly string[], variables: Record<string, string> | null) =>
    knownProcess(
      { ...TRAITS, name: argv[0] ?? '', argv, variables: variables && new Map(Object.entries(variables)) },
      services,
    )?.settings;

  const llama = of(
    [
      'llama-server',
      '--host',
      '::1',
      '--api-key',
      'correct-horse',
      '--ssl-key-file',
      '/etc/k.pem',
      '--ssl-cert-file',
      '/etc/c.pem',
    ],
    { LLAMA_ARG_HOST: '0.0.0.0' },
  );
  assert.deepEqual(llama?.bind, { value: '::1', by: '--host' });
  assert.deepEqual(llama?.auth, { state: 'set', by: '--api-key' });
  assert.deepEqual(llama?.keyFiles.map(({ path }) => path).sort(), ['/etc/c.pem', '/etc/k.pem']);
  assert.doesNotMatch(JSON.stringify(llama), /correct-horse/);
  assert.deepEqual(of(['ollama', 'serve'], { OLLAMA_HOST: ':11434' })?.bind, { value: '0.0.0.0', by: 'OLLAMA_HOST' });
  assert.equal(of(['ollama', 'serve'], {})?.bind, null);
  assert.equal(of(['ollama', 'serve'], null)?.auth.state, 'impossible');
  assert.equal(of(['open-webui', 'serve'], { WEBUI_AUTH: 'False' })?.auth.state, 'off');
  assert.equal(of(['llama-server'], {})?.auth.state, 'unset');
  assert.equal(of(['llama-server'], null)?.auth.state, 'unknown', 'a variable nobody may read could hold it');
});

test('a command line is shown without its secrets', () => {
  const shown = maskArguments([
    'vllm',
    '--api-key',
    'correct-horse',
    '--token=correct-horse',
    'PASSWORD=correct-horse',
    '--api-key-file',
    '/etc/vllm/keys',
    'https://me:correct-horse@hub/x',
    '--port',
    '8000',
    '/models/a-model-with-a-very-long-name-indeed',
    '-secret',
    '-begins-with-a-dash-correct-horse',
  ]);
  assert.doesNotMatch(shown.join(' '), /correct-horse/);
  assert.deepEqual(shown.slice(5, 7), ['--api-key-file', '/etc/vllm/keys']);
  assert.deepEqual(shown.slice(8, 11), ['--port', '8000', '/models/a-model-with-a-very-long-name-indeed']);
});

test('units: continued lines, cleared lists, templates', () => {
  const text =
    '[Service]\nEnvironmentFile=/a\nEnvironmentFile=\nEnvironmentFile=-/b\n# EnvironmentFile=/c\nExecStart=/bin/x \\\n  --flag\n';
  assert.deepEqual(directiveValues(text, 'EnvironmentFile'), ['-/b']);
  assert.deepEqual(directiveValues(text, 'ExecStart'), ['/bin/x    --flag']);
  assert.deepEqual(unitNames('web@1.service'), ['web@1.service', 'web@.service']);
});

test('keys that proxies name', () => {
  const of = (path: string, text: string) =>
    keyReferences({ path, role: 'proxy', unit: null, idle: null, base: '/etc/nginx', text, modified: 0 });
  assert.deepEqual(
    of(
      '/etc/nginx/conf.d/a.conf',
      '# ssl_certificate_key /old;\nssl_certificate a.crt;\nssl_certificate_key a.key;\nssl_certificate_key $dynamic;',
    ),
    [
      {
        path: '/etc/nginx/a.key',
        kind: 'private-key',
        namedBy: 'nginx ssl_certificate_key',
        certificate: '/etc/nginx/a.crt',
        idle: null,
      },
    ],
  );
  assert.equal(of('/etc/caddy/Caddyfile', 'ai.lan {\n  tls /c.pem /k.pem\n}')[0]?.path, '/k.pem');
  assert.equal(
    of('/etc/haproxy/haproxy.cfg', 'frontend f\n  bind :443 ssl crt /etc/h/ai.pem\n')[0]?.path,
    '/etc/h/ai.pem',
  );
  assert.equal(
    of('/etc/traefik/dynamic.yml', 'tls:\n  certificates:\n    - certFile: /t/c.pem\n      keyFile: /t/k.pem\n')[0]
      ?.certificate,
    '/t/c.pem',
  );
});

test('who is in a group: people count, services and the owner do not', () => {
  const accounts = accountsOf(
    'root:x:0:0::/:\nnginx:x:101:101::/:\nalice:x:1000:1000::/:\nbob:x:1001:50::/:\n',
    'root:x:0:\nssl-cert:x:110:nginx\nteam:x:50:alice,nginx,carol\nalice:x:1000:\n',
  );
  assert.deepEqual(accounts.peopleIn(110, 0), []);
  assert.deepEqual(accounts.peopleIn(50, 0), ['alice', 'bob', 'carol']);
  assert.deepEqual(accounts.peopleIn(1000, 1000), []);
});

test('ranges of addresses', () => {
  const between = (inner: string, outer: string): string | null => {
    const [a, b] = [readRange(inner), readRange(outer)];
    return a && b && overlap(a, b);
  };
  assert.equal(between('10.9.0.0/24', '10.0.0.0/8'), 'all');
  assert.equal(between('10.0.0.0/8', '10.9.0.0/24'), 'some');
  assert.equal(between('10.9.0.0/24', '192.168.0.1-192.168.0.9'), 'none');
  assert.equal(between('fd00::/64', 'fc00::/7'), 'all');
  assert.equal(between('10.0.0.0/255.0.0.0', '10.0.0.0/8'), 'all');
  assert.equal(between('::/0', '0.0.0.0/0'), 'none');
  for (const text of ['', '10.0.0', '10.0.0.256', '1::2::3', '10.0.0.0/33', 'fe80::/129', 'x/8', '1.2.3.4-::1'])
    assert.equal(readRange(text), null, text);
});

test('addresses of another namespace', () => {
  const trie =
    '  +-- 172.17.0.0/16 2 0 2\n     |-- 172.17.0.0\n        /16 link UNICAST\n     |-- 172.17.0.2\n        /32 host LOCAL\n     |-- 127.0.0.1\n        /32 host LOCAL\n     |-- 172.17.255.255\n        /32 link BROADCAST\n';
  const six = [
    'fd000000000000000000000000000002 04 40 00 82     eth0',
    '00000000000000000000000000000001 01 80 10 80       lo',
    'fe8000000000000000fc00fffe000001 04 40 20 80     eth0',
  ];
  assert.deepEqual(localAddresses(trie), ['172.17.0.2']);
  assert.deepEqual(localAddresses6(six.join('\n')), ['fd00::2']);
});

test('hostile text: readers of foreign formats neither throw nor make things up', () => {
  const noise = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom(
      '{"nftables":[{"rule":{"expr":[{"match":null}]}}]}',
      '{"nftables":[{"chain":{"name":"x","hook":"input","type":"filter"}}]}',
      '*filter\n:INPUT DROP [0:0]\n-A INPUT -j\n-A INPUT ! \n',
    ),
  );
  fc.assert(
    fc.property(noise, (text) => {
      readNft(text);
      readIptables(text, 4);
      readDockerContainer(text);
      assert.equal(proxyPublication(text.split(' ')), null);
      readSocketTable(text);
      placementOf(text);
      maskArguments(text.split(' '));
      directiveValues(text, 'ExecStart');
    }),
  );
});
