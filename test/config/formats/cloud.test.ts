// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the files are full of them
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { recognise } from '../../../src/config/formats/formats.ts';
import { brokenJsonAt } from '../../../src/config/json/broken-json.ts';
import { assertSpans, lineOf, readText, summary, textOf } from './reading.ts';

async function read(format: string, path: string, text: string) {
  const reading = await readText(format, text, { path });
  assertSpans(reading);
  return reading;
}

describe('cloud-init', () => {
  test('files, their modes and commands', async () => {
    const text = `#cloud-config
write_files:
  - path: /etc/app/.env
    permissions: '0644'
    content: |
      OLLAMA_HOST=0.0.0.0
  - path: /etc/ssl/private/server.key
runcmd:
  - [ollama, serve]
  - docker run -d -p 8000:8000 vllm/vllm-openai
`;
    const { source, declarations } = await read('cloud-init', 'user-data.yaml', text);

    assert.deepEqual(
      declarations.modes.map(({ path, bits, mode }) => [path.text, bits, mode.kind]),
      [
        ['/etc/app/.env', 0o644, 'explicit'],
        ['/etc/ssl/private/server.key', 0o644, 'default'],
      ],
    );
    assert.deepEqual(
      declarations.variables.map(({ name, value }) => [name, lineOf(source, value.span)]),
      [['OLLAMA_HOST', 6]],
    );
    assert.deepEqual(declarations.processes.map(summary), [
      { argv: ['ollama', 'serve'], env: {} },
      { argv: null, image: 'vllm/vllm-openai', env: {} },
    ]);
    assert.deepEqual(
      declarations.publications.map(({ span }) => [lineOf(source, span), source.slice(span)]),
      [[10, '8000:8000']],
    );
  });
});

describe('Terraform', () => {
  const terraform = (text: string) => read('terraform', 'main.tf', text);

  test('what a machine runs at its first start', async () => {
    const text = `resource "aws_instance" "llm" {
  ami = "ami-1"
  user_data = <<-EOF
    #!/bin/bash
    export OLLAMA_HOST=0.0.0.0
    ollama serve &
  EOF
  tags = { Name = "llm" }
}
`;
    const { source, declarations } = await terraform(text);

    assert.deepEqual(declarations.processes.map(summary), [
      { argv: ['ollama', 'serve'], env: { OLLAMA_HOST: '0.0.0.0' } },
    ]);
    const value = declarations.processes[0]?.environment[0]?.value;
    assert.deepEqual(value && [lineOf(source, value.span), source.slice(value.span)], [5, '0.0.0.0']);
  });

  const groups: readonly (readonly [string, string, readonly (string | null)[]])[] = [
    ['the world', 'ingress {\n from_port = 11434\n to_port = 11434\n cidr_blocks = ["0.0.0.0/0"]\n}', ['11434']],
    ['a range', 'ingress {\n from_port = 8000\n to_port = 8010\n ipv6_cidr_blocks = ["::/0"]\n}', ['8000-8010']],
    [
      'everything',
      'ingress {\n from_port = 0\n to_port = 0\n protocol = "-1"\n cidr_blocks = ["0.0.0.0/0"]\n}',
      ['0-65535'],
    ],
    ['a private network', 'ingress {\n from_port = 11434\n to_port = 11434\n cidr_blocks = ["10.0.0.0/8"]\n}', []],
    [
      'a variable with a default',
      'ingress {\n from_port = var.port\n to_port = var.port\n cidr_blocks = var.cidrs\n}',
      ['default:11434'],
    ],
    ['outwards', 'egress {\n from_port = 0\n to_port = 0\n cidr_blocks = ["0.0.0.0/0"]\n}', []],
    ['commented', '# ingress { cidr_blocks = ["0.0.0.0/0"] }', []],
  ];
  for (const [name, rule, expected] of groups) {
    test(`a security group open to ${name}`, async () => {
      const text = `variable "port" {\n default = 11434\n}\nvariable "cidrs" { default = ["0.0.0.0/0"] }\nresource "aws_security_group" "ollama_sg" {\n${rule}\n}\n`;
      const { declarations } = await terraform(text);

      assert.deepEqual(
        declarations.publications.map(({ hostPort }) => textOf(hostPort)),
        expected,
      );
      assert.deepEqual(
        declarations.processes.map((process) => process.name),
        expected.length > 0 ? ['ollama'] : [],
      );
    });
  }

  test('the other clouds', async () => {
    const text = `resource "azurerm_network_security_rule" "vllm" {
  direction = "Inbound"
  access = "Allow"
  source_address_prefix = "*"
  destination_port_range = "8000"
}
resource "google_compute_firewall" "comfyui" {
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports = ["8188"]
  }
}
`;
    const { declarations } = await terraform(text);

    assert.deepEqual(
      declarations.publications.map(({ hostPort }) => textOf(hostPort)),
      ['8000', '8188'],
    );
  });

  test('files, containers, providers', async () => {
    const text = `resource "local_file" "key" {
  content = tls_private_key.ca.private_key_pem
  filename = "\${path.module}/ca.key"
  file_permission = "0644"
}
resource "local_sensitive_file" "key2" {
  content = tls_private_key.ca.private_key_pem
  filename = "ca2.key"
}
resource "docker_image" "ollama" { name = "ollama/ollama:latest" }
resource "docker_container" "ollama" {
  name = "ollama"
  image = docker_image.ollama.image_id
  env = ["A=b"]
  ports {
    internal = 11434
    external = 11434
  }
}
provider "proxmox" { insecure = true }
`;
    const { declarations } = await terraform(text);

    assert.deepEqual(
      declarations.modes.map(({ bits, holds, rewrite }) => [bits, holds, rewrite?.(0o600) ?? null]),
      [
        [0o644, 'private-key', '0600'],
        [0o700, 'private-key', null],
      ],
    );
    assert.deepEqual(declarations.processes.map(summary), [
      { argv: null, image: 'ollama/ollama:latest', env: { A: 'b' } },
    ]);
    assert.deepEqual(
      declarations.publications.map(({ hostAddress, hostPort }) => [textOf(hostAddress), textOf(hostPort)]),
      [[null, '11434']],
    );
    assert.deepEqual(
      declarations.clients.map(({ setting, verification }) => [setting, verification]),
      [['provider proxmox: insecure', 'off']],
    );
  });
});

describe('Terraform: firewalls of Google stand around the machines with their tags', () => {
  const machine = (name: string, tags: string) =>
    `resource "google_compute_instance" "${name}" {\n tags = [${tags}]\n metadata_startup_script = "docker run -p 11434:11434 ollama/ollama"\n}\n`;
  const firewall = (name: string, port: number, tags: string, from = '0.0.0.0/0') =>
    `resource "google_compute_firewall" "${name}" {\n source_ranges = ["${from}"]\n${tags === '' ? '' : ` target_tags = [${tags}]\n`} allow {\n  protocol = "tcp"\n  ports = ["${port}"]\n }\n}\n`;

  const cases: readonly (readonly [name: string, text: string, gates: readonly string[]])[] = [
    ['one of its tags', machine('a', '"x", "y"') + firewall('f', 11434, '"y"'), ['off']],
    ['another port', machine('a', '"x"') + firewall('f', 22, '"x"'), ['on']],
    ['all machines', machine('a', '"x"') + firewall('f', 11434, ''), ['off']],
    ['none of its tags', machine('a', '"x"') + firewall('f', 11434, '"z"'), ['off']],
    [
      'each its own',
      machine('a', '"x"') + machine('b', '"y"') + firewall('f', 11434, '"x"') + firewall('g', 22, '"y"'),
      ['off', 'on'],
    ],
    ['a network of its own', machine('a', '') + firewall('f', 11434, '', '10.0.0.0/8'), ['on']],
  ];
  for (const [name, text, gates] of cases) {
    test(name, async () => {
      const { declarations } = await read('terraform', 'main.tf', text);

      assert.deepEqual(
        declarations.publications.flatMap(({ kind, gate }) => (kind === 'firewall' ? [] : [gate.state])),
        gates,
      );
    });
  }

  test('of many firewalls the first few are told', async () => {
    const text =
      machine('a', '') + Array.from({ length: 30 }, (_, at) => firewall(`f${at}`, 22, '', '10.0.0.0/8')).join('');
    const { declarations } = await read('terraform', 'main.tf', text);

    assert.deepEqual(
      declarations.publications.map(({ gate }) => [gate.state, gate.because.length]),
      [['on', 3]],
    );
  });
});

test('Terraform: what is not read any more is told', async () => {
  const text = 'resource "a" "b" {}\n'.repeat(20_001);
  const { source, declarations } = await read('terraform', 'main.tf', text);

  assert.deepEqual(
    declarations.troubles.map(({ span, what }) => [lineOf(source, span), what]),
    [[20_001, 'more than 20000 resources; this and what follows is not read']],
  );
});

describe('Terraform in JSON', () => {
  const json = (text: string) => read('terraform', 'main.tf.json', text);
  const ports = async (text: string) =>
    (await json(text)).declarations.publications.map(({ hostPort }) => textOf(hostPort));
  const rule = '"from_port": "${var.port}", "to_port": "${var.port}", "cidr_blocks": ["0.0.0.0/0"]';
  const port = '"variable": { "port": { "default": 11434 } }';

  const bodies: readonly (readonly [name: string, text: string])[] = [
    ['an object', `{ ${port}, "resource": { "aws_security_group": { "a": { "ingress": { ${rule} } } } } }`],
    ['arrays', `[{ ${port} }, { "resource": [{ "aws_security_group": [{ "a": [{ "ingress": [{ ${rule} }] }] }] }] }]`],
    [
      'remarks',
      `{ "//": "x", ${port}, "resource": { "aws_security_group": { "a": { "ingress": { "//": 1, ${rule} } } } } }`,
    ],
  ];
  for (const [name, text] of bodies) {
    test(`bodies as ${name}`, async () => {
      assert.equal(recognise('main.tf.json', text)?.id, 'terraform');
      assert.deepEqual((await json(text)).declarations.troubles, []);
      assert.deepEqual(await ports(text), ['default:11434']);
    });
  }

  test('what a machine starts, with the places of its words in the string', async () => {
    const text =
      '{ "resource": { "aws_instance": { "a": {\n"user_data": "#!/bin/sh\\nA=\\u0062 ollama serve --x \\"y\\"\\n" } } } }';
    const { source, declarations } = await json(text);

    assert.deepEqual(declarations.processes.map(summary), [{ argv: ['ollama', 'serve', '--x', 'y'], env: { A: 'b' } }]);
    const word = declarations.processes[0]?.argv?.[0];
    assert.deepEqual(word && [lineOf(source, word.span), source.slice(word.span)], [2, 'ollama']);
  });

  const broken: readonly (readonly [text: string, where: string, what: string])[] = [
    ['{ "resource": { "aws_instance": {', '1:34', 'is no JSON: ends too early'],
    ['', '1:1', 'is no JSON: ends too early'],
    ['{\n  "resource": { "a" {} }\n}', '2:21', 'is no JSON: unexpected here'],
    ['{\n  "resource": {},\n}', '3:1', 'is no JSON: unexpected here'],
    ['{ "resource": &a {} }', '1:15', 'is no JSON: unexpected here'],
    ['{ "resource": {} } x', '1:20', 'is no JSON: unexpected here'],
    ['{\n  // no\n  "resource": {} }', '2:3', 'is no JSON: unexpected here'],
  ];
  for (const [text, where, what] of broken) {
    test(`a trouble: ${text.replaceAll('\n', ' ; ')}`, async () => {
      assert.equal(recognise('stacks/main.tofu.json', text)?.id, 'terraform');
      const { source, declarations } = await json(text);

      assert.deepEqual(
        declarations.troubles.map(({ span, what }) => {
          const { line, column } = source.position(span.start);
          return [`${line}:${column}`, what];
        }),
        [[where, what]],
      );
    });
  }

  test('what is no JSON is what JSON.parse refuses', () => {
    const bit = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"a"',
      '"',
      '1',
      '-0',
      '01',
      '1.',
      '2e5',
      'true',
      'nul',
      ' ',
      '\n',
      '\\n',
      '\\x',
      '\t',
    );
    const any = fc.oneof(
      fc.array(bit, { maxLength: 12 }).map((bits) => bits.join('')),
      fc.json(),
      fc.tuple(fc.json(), fc.nat(40)).map(([text, at]) => text.slice(0, at) + text.slice(at + 1)),
    );
    fc.assert(
      fc.property(any, (text) => {
        assert.equal(brokenJsonAt(text) === null, isJson(text), text);
      }),
      { numRuns: 2_000 },
    );
  });

  test('what can be read of a broken one is read', async () => {
    const text = `{ ${port}, "resource": { "aws_security_group": { "a": { "ingress": { ${rule} } }`;

    assert.deepEqual(await ports(text), ['default:11434']);
  });
});

test('Terraform: a string that holds nothing but a reference is the reference', async () => {
  const text = `resource "aws_security_group" "a" {
  ingress {
    from_port = 22
    to_port = 22
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_instance" "b" {
  vpc_security_group_ids = ["\${aws_security_group.a.id}"]
  user_data = <<EOF
#!/bin/sh
docker run -p 11434:11434 ollama/ollama
EOF
}
`;
  const { declarations } = await read('terraform', 'main.tf', text);

  assert.deepEqual(
    declarations.publications.map(({ hostPort, gate }) => [textOf(hostPort), gate.state]),
    [['11434', 'on']],
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
