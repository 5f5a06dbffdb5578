import assert from 'node:assert/strict';
import { test } from 'node:test';
import { known } from '../../../src/config/deployment/value.ts';
import { quadlet } from '../../../src/config/formats/quadlet/index.ts';
import { supervisor } from '../../../src/config/formats/supervisor/index.ts';
import { systemd } from '../../../src/config/formats/systemd/index.ts';
import { readTree, shown } from '../../support/read-config.ts';

async function argv(text: string): Promise<readonly (string | undefined)[]> {
  const { declarations } = await readTree(systemd, { 'x.service': `[Service]\n${text}\n` });
  return declarations.processes.flatMap(({ argv: words }) => words?.map(known) ?? []);
}

const COMMANDS: readonly (readonly [written: string, words: readonly (string | undefined)[]])[] = [
  ['ExecStart=/bin/a b c', ['/bin/a', 'b', 'c']],
  ['ExecStart = -@/bin/a  "b c" \'d e\'', ['/bin/a', 'b c', 'd e']],
  ['ExecStart=/bin/a "b\\"c" d\\\\e', ['/bin/a', 'b"c', 'd\\e']],
  ['ExecStart=/bin/a \\\n  b \\\n# not this\n  c', ['/bin/a', 'b', 'c']],
  ['ExecStart=/bin/a # b', ['/bin/a', '#', 'b']],
  ['ExecStart=/bin/a\nExecStart=\nExecStart=/bin/b', ['/bin/b']],
  ['ExecStart=/bin/a ; /bin/b c', ['/bin/a', '/bin/b', 'c']],
  ['ExecStart=/bin/a 100%% $$x', ['/bin/a', '100%', '$x']],
  ['ExecStart=/bin/a %h/x', ['/bin/a', undefined]],
  ['Environment=P=80 "Q=a b"\nExecStart=/bin/a ${P} $Q ${R}', ['/bin/a', '80', 'a', 'b', undefined]],
];

for (const [written, words] of COMMANDS) {
  test(`systemd starts what is written as ${JSON.stringify(written)}`, async () => {
    assert.deepEqual(await argv(written), words);
  });
}

test('an environment file counts over what the unit says, and one that is missing may set anything', async () => {
  const unit =
    '[Service]\nEnvironment=A=unit B=unit\nEnvironmentFile=-/etc/app/app.env\nEnvironmentFile=/etc/gone.env\nExecStart=/bin/a\n';

  const { declarations } = await readTree(systemd, { 'deploy/app.service': unit, 'deploy/app.env': 'A=file\n' });

  const [process] = declarations.processes;
  assert.deepEqual(
    process?.environment.map(({ name, value }) => [name, known(value), value.span.file]),
    [
      ['A', 'file', 'deploy/app.env'],
      ['B', 'unit', 'deploy/app.service'],
    ],
  );
  assert.equal(process?.unseenEnvironment.length, 1);
});

test('drop-ins come after the unit, in the order of their names', async () => {
  const files = {
    'x.service': '[Service]\nEnvironment=A=1\nExecStart=/bin/a\n',
    'x.service.d/20-b.conf': '[Service]\nEnvironment=A=3\n',
    'x.service.d/10-a.conf': '[Service]\nEnvironment=\nEnvironment=A=2\n',
  };

  const { declarations } = await readTree(systemd, files);
  const dropIn = await readTree(systemd, { 'x.service.d/20-b.conf': '[Service]\nEnvironment=A=3\n', 'x.service': '' });
  const alone = await readTree(systemd, { 'y.service.d/o.conf': '[Service]\nEnvironment=A=3\n' });

  assert.deepEqual(
    declarations.processes[0]?.environment.map(({ value }) => known(value)),
    ['3'],
  );
  assert.deepEqual(dropIn.declarations.processes, []);
  assert.equal(alone.declarations.processes[0]?.name, 'y');
});

test('a shell and a container program are read as what they start', async () => {
  const text = `[Service]\nExecStart=/bin/sh -c 'OLLAMA_HOST=0.0.0.0 exec ollama serve'\nExecStartPre=/usr/bin/chmod 644 \\\n  /etc/x.key\n`;

  const { nested, sources } = await readTree(systemd, { 'x.service': text });

  assert.deepEqual(
    nested.map(({ format, embedded }) => [format, embedded.text.replaceAll(/\s+/g, ' ')]),
    [
      ['shell', 'OLLAMA_HOST=0.0.0.0 exec ollama serve'],
      ['shell', '/usr/bin/chmod 644 /etc/x.key'],
    ],
  );
  for (const { embedded } of nested) {
    const offset = typeof embedded.offsets === 'function' ? embedded.offsets : () => -1;
    for (const word of embedded.text.matchAll(/\S+/g)) {
      const start = offset(word.index);
      assert.equal(sources.get('x.service')?.text.slice(start, start + word[0].length), word[0]);
    }
  }
});

test('a socket unit listens where it says', async () => {
  const text =
    '[Socket]\nListenStream=8080\nListenStream=127.0.0.1:81\nListenStream=[::]:82\nListenStream=/run/x.sock\n';

  const { declarations } = await readTree(systemd, { 'x.socket': text });

  const listeners = declarations.processes[0]?.listeners.map(({ address, port }) => shown(address, port));
  assert.deepEqual(listeners, ['*:8080', '127.0.0.1:81', '[::]:82', 'unix:/run/x.sock']);
});

const PORTS: readonly (readonly [written: string, published: string, loopback: string])[] = [
  ['8080:80', '*:8080 80 tcp', '127.0.0.1:8080:80'],
  ['80', '* 80 tcp', '127.0.0.1::80'],
  ['0.0.0.0:8080:80', '0.0.0.0:8080 80 tcp', '127.0.0.1:8080:80'],
  ['[::]:8080:80/udp', '::8080 80 udp', '127.0.0.1:8080:80/udp'],
  ['192.0.2.1::80', '192.0.2.1 80 tcp', '127.0.0.1::80'],
  ['8000-8010:8000-8010/tcp', '*:8000-8010 8000-8010 tcp', '127.0.0.1:8000-8010:8000-8010/tcp'],
];

for (const [written, published, loopback] of PORTS) {
  test(`Podman publishes ${written}, and the edit that keeps it at home`, async () => {
    const text = `[Container]\nImage=a\nPublishPort=${written}\n`;

    const { declarations } = await readTree(quadlet, { 'x.container': text });

    const [publication] = declarations.publications;
    assert.ok(publication);
    const { hostAddress, hostPort, targetPort, protocol, loopbackEdit } = publication;
    const address = hostAddress?.text === '::' ? ':' : shown(hostAddress, null);
    assert.equal(`${address}${hostPort ? `:${known(hostPort)}` : ''} ${known(targetPort)} ${protocol}`, published);
    assert.ok(loopbackEdit);
    const { span, insert } = loopbackEdit;
    assert.equal(text.slice(0, span.start) + insert + text.slice(span.end), text.replace(written, loopback));
  });
}

test('a quadlet says what it is called, what it gets and whose network it has', async () => {
  const text = [
    '[Container]',
    'ContainerName=models',
    'Image=docker.io/ollama/ollama',
    'Environment=A=b "C=d e"',
    'Secret=key,type=env,target=API_KEY',
    'PodmanArgs=--network=host -p 1:2 -e X=y',
    'Exec=serve --port 80',
    'Volume=/srv/models:/models:ro,Z',
  ].join('\n');

  const { declarations } = await readTree(quadlet, { 'x.container': text });
  const pod = await readTree(quadlet, { 'x.container': '[Container]\nImage=a\nPod=p.pod\nPublishPort=1:2\n' });

  const [process] = declarations.processes;
  assert.deepEqual(process?.aliases, ['models']);
  assert.deepEqual(
    process?.environment.map(({ name, value }) => `${name}=${known(value) ?? '?'}`),
    ['A=b', 'C=d e', 'X=y', 'API_KEY=?'],
  );
  assert.deepEqual(process?.args?.map(known), ['serve', '--port', '80']);
  assert.equal(process?.network.kind, 'host');
  assert.deepEqual(declarations.publications, []);
  assert.deepEqual(
    process?.mounts.map(({ source, target, readOnly }) => [known(source), known(target), readOnly]),
    [['/srv/models', '/models', true]],
  );
  assert.deepEqual(pod.declarations.processes[0]?.network, { kind: 'shared', with: 'p' });
  assert.deepEqual(pod.declarations.publications, []);
});

test('supervisor: its own comments, its own expressions, and where it runs', async () => {
  const text =
    '[program:a]\ncommand=serve "b c" ; not this\n  --port %(ENV_PORT)s\nenvironment=A="b,c",D=e\nautostart=false\n';

  const bare = await readTree(supervisor, { 'supervisord.conf': text });
  const inside = await readTree(supervisor, { 'docker/supervisord.conf': text, Dockerfile: 'FROM scratch\n' });

  const [process] = bare.declarations.processes;
  assert.deepEqual(process?.argv?.map(known), ['serve', 'b c', '--port', undefined]);
  assert.deepEqual(
    process?.environment.map(({ name, value }) => `${name}=${known(value)}`),
    ['A=b,c', 'D=e'],
  );
  assert.equal(process?.optional, true);
  assert.equal(process?.network.kind, 'host');
  assert.equal(inside.declarations.processes[0]?.network.kind, 'own');
});

test('what is no unit is a trouble or nothing, never a crash', async () => {
  const { declarations } = await readTree(systemd, { 'x.service': '{"not": "a unit"}\n[Service\nExecStart\n' });

  assert.deepEqual(declarations.processes, []);
  assert.ok(declarations.troubles.length > 0);
});
