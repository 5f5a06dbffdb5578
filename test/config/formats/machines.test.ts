// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the files are full of them
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CONFIG_FORMATS, recognise } from '../../../src/config/formats/formats.ts';
import { assertInside, assertSpans, lineOf, readText, summary, textOf } from './reading.ts';

async function read(format: string, path: string, text: string) {
  const reading = await readText(format, text, { path });
  assertSpans(reading);
  return reading;
}

describe('Ansible', () => {
  const ansible = (tasks: string) => read('ansible', 'playbook.yml', `- hosts: all\n  tasks:\n${tasks}`);

  const modes: readonly (readonly [string, number | null])[] = [
    ['0644', 0o644],
    ['"0644"', 0o644],
    ["'644'", 0o644],
    ['644', 0o1204],
    ['420', 0o644],
    ['0600', 0o600],
    ['u=rw,g=,o=', 0o600],
    ['u=rw,go=r', 0o644],
    ['"{{ key_mode }}"', null],
  ];
  for (const [mode, bits] of modes) {
    test(`mode: ${mode}`, async () => {
      const { declarations } = await ansible(
        `    - name: key\n      ansible.builtin.copy:\n        src: a.key\n        dest: /etc/ssl/a.key\n        mode: ${mode}\n`,
      );
      const found = declarations.modes.map((one) => [one.path.text, one.bits]);

      assert.deepEqual(found, mode.includes('{{') ? [] : [['/etc/ssl/a.key', bits]]);
    });
  }

  test('a mode is rewritten in quotes', async () => {
    const { declarations } = await ansible(
      '    - copy: { dest: a.key, mode: 0644 }\n    - copy: { dest: a.key, mode: "0644" }\n',
    );

    assert.deepEqual(
      declarations.modes.map(({ rewrite }) => rewrite?.(0o600)),
      ['"0600"', '0600'],
    );
  });

  test('containers, commands, units, switches', async () => {
    const { source, declarations } = await ansible(
      `    - community.docker.docker_container:
        name: ollama
        image: ollama/ollama
        published_ports: ["11434:11434"]
        env: { A: b }
    - block:
        - shell: |
            export OLLAMA_HOST=0.0.0.0
            ollama serve &
    - copy:
        dest: /etc/app/.env
        content: |
          X=1
    - get_url: { url: "https://a.example", dest: /tmp/a, validate_certs: no }
    - command: { argv: [vllm, serve, m] }
      environment: { V: w }
`,
    );

    assert.deepEqual(declarations.processes.map(summary), [
      { argv: null, image: 'ollama/ollama', env: { A: 'b' } },
      { argv: ['ollama', 'serve'], env: { OLLAMA_HOST: '0.0.0.0' } },
      { argv: ['vllm', 'serve', 'm'], env: { V: 'w' } },
    ]);
    assert.deepEqual(
      declarations.publications.map(({ span }) => lineOf(source, span)),
      [6],
    );
    assert.deepEqual(
      declarations.clients.map(({ setting, verification }) => [setting, verification]),
      [['get_url: validate_certs', 'off']],
    );
    assert.deepEqual(
      declarations.variables.map(({ name, value }) => [name, lineOf(source, value.span)]),
      [
        ['OLLAMA_HOST', 10],
        ['X', 15],
      ],
    );
  });
});

describe('GitHub workflows', () => {
  test('services are examples that nobody reaches, steps switch things off', async () => {
    const text = `jobs:
  test:
    services:
      ollama:
        image: ollama/ollama
        ports: ["11434:11434"]
    env: { NODE_TLS_REJECT_UNAUTHORIZED: "0", NODE_ENV: test }
    steps:
      - run: curl -k https://a.example
      - run: |
          ollama serve &
          chmod 644 server.key
`;
    const { source, declarations } = await read('workflow', '.github/workflows/ci.yml', text);

    assert.deepEqual(
      declarations.processes.map(({ example, image }) => [example, textOf(image)]),
      [[true, 'ollama/ollama']],
    );
    assert.deepEqual(declarations.publications, []);
    assert.deepEqual(
      declarations.clients.map(({ value }) => lineOf(source, value.span)),
      [9],
    );
    assert.deepEqual(
      declarations.modes.map(({ span }) => lineOf(source, span)),
      [12],
    );
    assert.deepEqual(
      declarations.variables.map(({ name }) => name),
      ['NODE_TLS_REJECT_UNAUTHORIZED'],
    );
  });
});

describe('development containers', () => {
  test('forwarding stays on loopback, publishing does not', async () => {
    const text =
      '{\n  // ours\n  "image": "ollama/ollama",\n  "overrideCommand": false,\n  "forwardPorts": [11434],\n  "appPort": [8080, "9090:90"],\n  "runArgs": ["-p", "7070:70"],\n  "containerEnv": { "A": "b", "K": "${localEnv:K}" },\n}';
    const { declarations } = await read('devcontainer', '.devcontainer/devcontainer.json', text);
    const ports = declarations.publications.map(({ hostAddress, hostPort, targetPort }) => [
      textOf(hostAddress),
      textOf(hostPort),
      textOf(targetPort),
    ]);

    assert.deepEqual(ports, [
      ['default:127.0.0.1', '8080', '8080'],
      [null, '9090', '90'],
      [null, '7070', '70'],
    ]);
    assert.deepEqual(declarations.processes.map(summary), [
      { argv: null, image: 'ollama/ollama', env: { A: 'b', K: 'unresolved:${localEnv:K}' } },
    ]);
  });

  test('the host network', async () => {
    const { declarations } = await read(
      'devcontainer',
      '.devcontainer.json',
      '{ "image": "a", "runArgs": ["--network=host"] }',
    );

    assert.equal(declarations.processes[0]?.network.kind, 'host');
    assert.deepEqual(
      declarations.processes[0]?.argv?.map(({ text }) => text),
      ['/bin/sh'],
    );
  });
});

describe('launchd', () => {
  test('words and environment', async () => {
    const text = `<plist><dict>
  <key>Label</key><string>com.ollama</string>
  <!-- <key>Label</key><string>no</string> -->
  <key>ProgramArguments</key>
  <array><string>/bin/sh</string><string>-c</string><string>ollama serve &amp;&amp; true</string></array>
  <key>EnvironmentVariables</key>
  <dict><key>OLLAMA_HOST</key><string>0.0.0.0</string></dict>
</dict></plist>`;
    const { source, declarations } = await read('launchd', 'com.ollama.plist', text);

    assert.deepEqual(declarations.processes.map(summary), [
      { argv: ['ollama', 'serve'], env: { OLLAMA_HOST: '0.0.0.0' } },
    ]);
    const value = declarations.processes[0]?.environment[0]?.value;
    assert.deepEqual(value && [lineOf(source, value.span), source.slice(value.span)], [7, '0.0.0.0']);
    assert.deepEqual(declarations.troubles, []);
  });

  const whole = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
  <key>Label</key><string>a &amp; b</string>
  <key>ProgramArguments</key><array><string>ollama</string><string>serve</string></array>
</dict></plist>
`;
  const broken: readonly (readonly [name: string, text: string, where: string, what: string])[] = [
    ['cut off', whole.slice(0, whole.indexOf('</array>')), '5:82', 'unclosed tag: array'],
    ['cut off within a word', whole.slice(0, whole.indexOf('ma</string>')), '5:49', 'unclosed tag: string'],
    ['cut off before what it runs', whole.slice(0, whole.indexOf('ogramArg')), '5:10', 'unclosed tag: key'],
    ['closed as another', whole.replace('</array>', '</dict>'), '5:89', 'unexpected close tag'],
    ['an entity of its own', whole.replace('&amp;', '&nbsp;'), '4:35', 'undefined entity'],
  ];
  for (const [name, text, where, what] of broken) {
    test(`a trouble: ${name}`, async () => {
      assert.equal(recognise('com.a.plist', text)?.id, 'launchd');
      const { source, declarations } = await read('launchd', 'com.a.plist', text);

      const [trouble, ...more] = declarations.troubles;
      assert.ok(trouble && more.length === 0);
      const { line, column } = source.position(trouble.span.start);
      assert.deepEqual([`${line}:${column}`, trouble.what], [where, `launchd: not whole XML: ${what}`]);
    });
  }

  test('whole ones, and templates, are none', async () => {
    const template = whole.replace('<key>Label', '<% if a %><key>Label');
    const comment = whole.replace('<key>Label', '<!-- run it with --host --><key>Label');
    for (const text of [whole, comment, `\uFEFF${whole.trim()}`, whole.replaceAll('\n', '\r\n'), template])
      assert.deepEqual((await read('launchd', 'com.a.plist', text)).declarations.troubles, []);
  });
});

describe('PowerShell and batch', () => {
  const started: readonly (readonly [string, string, unknown])[] = [
    [
      'a.ps1',
      '$env:OLLAMA_HOST = "0.0.0.0"\nollama serve',
      { argv: ['ollama', 'serve'], env: { OLLAMA_HOST: '0.0.0.0' } },
    ],
    [
      'a.ps1',
      "[Environment]::SetEnvironmentVariable('OLLAMA_HOST', '0.0.0.0:11434', 'User')\n& \"C:\\Ollama\\ollama.exe\" serve",
      { argv: ['C:\\Ollama\\ollama.exe', 'serve'], env: { OLLAMA_HOST: '0.0.0.0:11434' } },
    ],
    [
      'a.ps1',
      'Start-Process -FilePath ollama -ArgumentList "serve" -WindowStyle Hidden',
      { argv: ['ollama', 'serve'], env: {} },
    ],
    ['a.ps1', 'docker run -d `\n  -p 3000:8080 `\n  image', { argv: null, image: 'image', env: {} }],
    [
      'a.bat',
      '@echo off\nset OLLAMA_HOST=0.0.0.0\nollama serve',
      { argv: ['ollama', 'serve'], env: { OLLAMA_HOST: '0.0.0.0' } },
    ],
    ['a.bat', '@echo off\nset "A=b c"\nstart "" /B ollama serve', { argv: ['ollama', 'serve'], env: { A: 'b c' } }],
    [
      'a.bat',
      '@echo off\ncmd /c "set OLLAMA_HOST=0.0.0.0 && ollama serve"',
      { argv: ['ollama', 'serve'], env: { OLLAMA_HOST: '0.0.0.0' } },
    ],
    ['a.bat', '@echo off\npython server.py ^\n  --listen', { argv: ['python', 'server.py', '--listen'], env: {} }],
  ];
  for (const [path, text, expected] of started) {
    test(text.replaceAll('\n', ' ; '), async () => {
      const { declarations } = await read('windows', path, text);

      assert.deepEqual(declarations.processes.map(summary), [expected]);
    });
  }

  const silent = [
    '# ollama serve',
    'Write-Host "ollama serve"',
    'REM ollama serve',
    '<#\nollama serve\n#>',
    'if (Test-Path x) { }',
    'pip install vllm',
  ];
  for (const text of silent) {
    test(`nothing: ${text.replaceAll('\n', ' ; ')}`, async () => {
      const { declarations } = await read('windows', text.startsWith('REM') ? 'a.bat' : 'a.ps1', text);

      assert.deepEqual(declarations.processes.map(summary), []);
    });
  }

  const copies: readonly (readonly [path: string, text: string, copied: readonly string[] | null])[] = [
    ['a.ps1', 'if (!(Test-Path .env)) {\n  cp .env.example .env\n}', ['.env.example', '.env']],
    ['a.ps1', 'if (!(Test-Path .env)) { Copy-Item .env.example .env -Force}', ['.env.example', '.env']],
    ['a.ps1', 'Copy-Item -Destination .env -Path a.env', ['a.env', '.env']],
    ['a.ps1', 'Copy-Item "$PSScriptRoot\\a.env" $PSScriptRoot\\.env', ['$PSScriptRoot\\a.env', '$PSScriptRoot\\.env']],
    ['a.bat', '@echo off\nif not exist .env copy /Y .env.example .env >nul', ['.env.example', '.env']],
    ['a.bat', '@echo off\nif not exist ".env" ( copy "%~dp0a.env" "%~dp0.env" )', ['%~dp0a.env', '%~dp0.env']],
    ['a.ps1', 'Copy-Item .env.example', null],
    ['a.ps1', 'Copy-Item model.bin models', null],
    ['a.ps1', 'Write-Host copy .env.example .env', null],
  ];
  for (const [path, text, copied] of copies) {
    test(`${copied ? 'copied' : 'not copied'}: ${text.replaceAll('\n', ' ; ')}`, async () => {
      const { declarations } = await read('windows', path, text);

      const found = declarations.references.map(({ role, path, target }) => [role, path.text, target?.text]);
      assert.deepEqual(found, copied ? [['copy-of', ...copied]] : []);
      assert.deepEqual(declarations.processes, []);
    });
  }

  const broken: readonly (readonly [text: string, where: string, what: string])[] = [
    ['if (Test-Path x) {\n  ollama serve', '1:18', 'nothing closes this `{`'],
    ['ollama serve\n}', '2:1', '`}` closes nothing'],
    ['foreach ($a in (1, 2) { ollama serve }', '1:9', 'nothing closes this `(`'],
    ['& { (Get-Date }', '1:5', 'this `(` is closed by `}`'],
    ['$a = "b\nollama serve', '1:6', 'nothing closes this string'],
    ["$a = 'it''s\nollama serve", '1:6', 'nothing closes this string'],
    ['$a = @"\nb\n "@', '1:6', 'nothing closes this here-string'],
    ['$a = @"b"@', '1:6', 'nothing closes this here-string'],
    ['<# ollama serve', '1:1', 'nothing closes this comment'],
    ['"a $(Get-Date b', '1:4', 'nothing closes this `$(`'],
    ['$a = ;\nollama serve', '1:4', '`=` has nothing behind it'],
    ['(Get-Item a |)', '1:13', '`|` has nothing behind it'],
  ];
  for (const [text, where, what] of broken) {
    test(`a trouble: ${text.replaceAll('\n', ' ; ')}`, async () => {
      const { source, declarations } = await read('windows', 'a.ps1', text);
      const batch = await read('windows', 'a.bat', text);

      assert.deepEqual(
        declarations.troubles.map(({ span, what }) => {
          const { line, column } = source.position(span.start);
          return [`${line}:${column}`, what];
        }),
        [[where, `powershell: ${what}; what follows may be missed`]],
      );
      assert.deepEqual(batch.declarations.troubles, []);
    });
  }

  const whole = [
    '$a = "it\'s ""b"" `" ( $(Get-Item "c)") {"',
    "$a = 'b '' { ( `'",
    '$a = @"\n"(" $b {\n"@',
    "$a = @'\n '@ is not the end { $(\n'@",
    "Get-Item *.[ch] # it's (\n$a#b(\n)",
    '${a (b} = ${c`}d}; ${{ inputs.e }}',
    'icacls --% "C:\\a /grant (\nollama serve',
    'Write-Host “it’s (”',
    '<# ( #> & { param([string] $a = ")") $a } @{ b = @(1) } `\n  -c',
    'Get-Item a |\n  Select-Object b\n$c =\n  1',
  ];
  for (const text of whole) {
    test(`no trouble: ${text.replaceAll('\n', ' ; ')}`, async () => {
      const { declarations } = await read('windows', 'a.ps1', `${text}\n`);

      assert.deepEqual(declarations.troubles, []);
    });
  }

  test('a port proxy, variables that stay, checks that are skipped', async () => {
    const text =
      'netsh interface portproxy add v4tov4 listenport=11434 listenaddress=0.0.0.0 connectport=11434 connectaddress=172.20.0.2\nsetx OLLAMA_HOST 0.0.0.0\nInvoke-WebRequest https://a.example -SkipCertificateCheck\n[System.Net.ServicePointManager]::ServerCertificateValidationCallback = {$true}\n';
    const { declarations } = await read('windows', 'a.ps1', text);

    assert.deepEqual(
      declarations.publications.map(({ kind, hostAddress, hostPort }) => [kind, textOf(hostAddress), textOf(hostPort)]),
      [['portproxy', '0.0.0.0', '11434']],
    );
    assert.deepEqual(
      declarations.variables.map(({ name, value }) => [name, value.text]),
      [['OLLAMA_HOST', '0.0.0.0']],
    );
    assert.deepEqual(
      declarations.clients.map(({ setting }) => setting),
      ['-SkipCertificateCheck', 'ServerCertificateValidationCallback'],
    );
  });
});

test('Jupyter', async () => {
  const { source, declarations } = await read(
    'jupyter',
    'jupyter_server_config.py',
    "c = get_config()\nc.ServerApp.ip = '0.0.0.0'\nc.ServerApp.token = ''\n# c.ServerApp.port = 1\n",
  );

  assert.deepEqual(
    declarations.settings.map(({ setting, value }) => [setting, value.text, lineOf(source, value.span)]),
    [
      ['ServerApp.ip', '0.0.0.0', 2],
      ['ServerApp.token', '', 3],
    ],
  );
  assert.deepEqual(
    declarations.processes.map(({ network }) => network.kind),
    ['host'],
  );
});

test("directives of Terraform's templates are no YAML, and no trouble", async () => {
  const { declarations } = await read(
    'cloud-init',
    'cloud-init.tpl',
    '#cloud-config\nwrite_files:\n${more_files}\n%{ if with_key ~}\n  - path: /etc/ssl/a.key\n    permissions: "0644"\n    content: |\n      %{ for a in b ~}\n      a ${a}\n      %{ endfor ~}\n%{ endif ~}\n',
  );

  assert.deepEqual(declarations.troubles, []);
  assert.deepEqual(
    declarations.modes.map(({ path, bits }) => [path.text, bits]),
    [['/etc/ssl/a.key', 0o644]],
  );
});

test('files are told apart', () => {
  const cases: readonly (readonly [string, string, string | undefined])[] = [
    ['site.yml', '- hosts: all\n  tasks:\n    - copy:\n        dest: a\n', 'ansible'],
    ['roles/a/tasks/main.yml', '---\n- name: a\n  ansible.builtin.copy:\n    dest: a\n', 'ansible'],
    ['roles/a/handlers/main.yml', '# a\n---\n\n- name: a\n  uri:\n    url: b\n', 'ansible'],
    ['collector.yml', 'a:\n  - name: b\nservice:\n  c: 1\n', undefined],
    ['list.yml', '- name: a\n  value: b\n', undefined],
    ['nginx-setup.sh', 'cat > a <<E\nserver {\n  listen 80;\n}\nE\n', 'shell'],
    ['.npmrc', 'strict-ssl=false\n', 'settings'],
    ['scrape.yml', '- tls_config:\n    insecure_skip_verify: true\n', 'settings'],
    ['scrape.yml', '- tls_config:\n    # insecure_skip_verify: true\n', undefined],
    ['user-data', '#cloud-config\nruncmd: []\n', 'cloud-init'],
    ['.github/workflows/a.yml', 'on: push\njobs:\n  a: {}\n', 'workflow'],
    ['Library/LaunchAgents/a.plist', '<key>ProgramArguments</key>', 'launchd'],
    ['Info.plist', '<key>CFBundleName</key>', undefined],
    ['main.tf', 'resource "a" "b" {}', 'terraform'],
    ['.devcontainer/devcontainer.json', '{}', 'devcontainer'],
    ['caddy/Caddyfile.prod', 'a.example {\n\trespond ok\n}\n', 'caddyfile'],
    ['test/caddyfile.test.ts', "test('a', () => {\n  respond('x');\n});\n", undefined],
    ['docs/nginx.md', 'server {\n  listen 80;\n}\n', undefined],
  ];
  for (const [path, text, expected] of cases) assert.equal(recognise(path, text)?.id, expected, path);
});

test('anything at all is read', async () => {
  const bit = fc.constantFrom(
    '- ',
    'hosts: a',
    '\n',
    '  ',
    'copy:',
    'mode: 0644',
    'dest: a.key',
    'resource "aws_instance" "a" {',
    '}',
    '{',
    'user_data = <<-EOF\n',
    'EOF\n',
    '= ',
    '"',
    "'",
    '${',
    '[',
    ']',
    '<key>',
    '</key>',
    '<dict>',
    '<string>',
    '</string>',
    'ProgramArguments',
    '$env:A = ',
    'set A=b',
    '`\n',
    '^\n',
    ' && ',
    'ollama serve',
    '#',
    '<#',
    '/*',
    '\0',
    'ingress {',
    'cidr_blocks = ["0.0.0.0/0"]',
    'cmd /c "',
  );
  const formats = [
    'ansible',
    'cloud-init',
    'workflow',
    'devcontainer',
    'launchd',
    'windows',
    'terraform',
    'jupyter',
    'mcp',
    'package-json',
  ];
  assert.ok(formats.every((id) => CONFIG_FORMATS.some((entry) => entry.id === id)));
  await fc.assert(
    fc.asyncProperty(fc.array(bit, { maxLength: 40 }), fc.constantFrom(...formats), async (bits, format) => {
      assertInside(await readText(format, bits.join(''), { path: format === 'windows' ? 'a.ps1' : `a.${format}` }));
    }),
    { numRuns: 600 },
  );
});
