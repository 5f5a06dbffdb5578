// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the files are full of them
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { recognise } from '../../../src/config/formats/formats.ts';
import { assertInside, assertSpans, readText, summary, textOf } from './reading.ts';

async function settings(path: string, text: string) {
  const reading = await readText('settings', text, { path });
  assertSpans(reading);
  return reading;
}

describe('settings files', () => {
  test('LiteLLM', async () => {
    const text =
      'model_list:\n  - model_name: a\nlitellm_settings:\n  ssl_verify: false\ngeneral_settings:\n  master_key: os.environ/MASTER\n  flags: [a, b]\n';
    const { declarations } = await settings('litellm_config.yaml', text);
    const found = declarations.settings.map(({ setting, value }) => [setting, textOf(value)]);

    assert.deepEqual(found, [
      ['model_list.model_name', 'a'],
      ['litellm_settings.ssl_verify', 'false'],
      ['general_settings.master_key', 'unresolved:os.environ/MASTER'],
      ['general_settings.flags', 'a, b'],
    ]);
    assert.deepEqual(
      declarations.processes.map(({ argv, network }) => [argv?.map(({ text: word }) => word), network.kind]),
      [[['litellm'], 'unresolved']],
    );
    assert.deepEqual(
      declarations.clients.map(({ setting, verification }) => [setting, verification]),
      [['litellm_settings.ssl_verify', 'off']],
    );
  });

  const switches: readonly (readonly [string, readonly string[]])[] = [
    ['llm:\n  verify_ssl: false\n', ['off']],
    ['llm:\n  verify_ssl: ${SSL_VERIFY:true}\n', ['on']],
    ['llm:\n  verify_ssl: ${SSL_VERIFY}\n', ['unknown']],
    ['tls:\n  insecure_skip_verify: true\n', ['off']],
    ['tls:\n  insecureSkipVerify: "false"\n', ['on']],
    ['# verify_ssl: false\na: 1\n', []],
    ['verify_ssl: maybe\n', []],
  ];
  for (const [text, expected] of switches) {
    test(text.replaceAll('\n', ' ; '), async () => {
      const { declarations } = await settings('config.yaml', text);

      assert.deepEqual(
        declarations.clients.map(({ verification }) => verification),
        expected,
      );
    });
  }

  test('TOML', async () => {
    const text =
      '# comment\n[server]\naddress = "0.0.0.0" # here\nport = 8501\nenableCORS = false\nlist = [\n  "a", # one\n  "b",\n]\n[a."b.c"]\nd.e = \'x\'\nf = { g = 1, h = "i" }\ntext = """\nmore\n"""\n';
    const { declarations } = await settings('.streamlit/config.toml', text);

    assert.deepEqual(
      declarations.settings.map(({ setting, value }) => [setting, textOf(value)]),
      [
        ['server.address', '0.0.0.0'],
        ['server.port', '8501'],
        ['server.enableCORS', 'false'],
        ['server.list', 'a, b'],
        ['a.b.c.d.e', 'x'],
        ['a.b.c.f.g', '1'],
        ['a.b.c.f.h', 'i'],
        ['a.b.c.text', 'more\n'],
      ],
    );
  });

  test('JSON with comments', async () => {
    const { declarations } = await settings(
      'jupyter_server_config.json',
      '{\n\t// no\n  "ServerApp": { "ip": "0.0.0.0", /* x */ "token": "", },\n}',
    );

    assert.deepEqual(
      declarations.settings.map(({ setting, value }) => [setting, textOf(value)]),
      [
        ['ServerApp.ip', '0.0.0.0'],
        ['ServerApp.token', ''],
      ],
    );
  });

  test('which files are taken for settings', () => {
    assert.equal(recognise('a/config/production.yaml', 'service:\n  api_key: x\n')?.id, 'settings');
    assert.equal(recognise('a/config.yml', 'network:\n  host: 0.0.0.0\n  disable_auth: true\n')?.id, 'settings');
    assert.equal(recognise('proxy.yaml', 'model_list:\n- a\n')?.id, 'settings');
    assert.equal(recognise('openapi.yaml', 'paths:\n  a: 1\n'), null);
  });
});

describe('lists of MCP servers', () => {
  test('programs, containers, servers elsewhere', async () => {
    const text = `{
      "mcpServers": {
        "files": { "command": "npx", "args": ["-y", "@x/server-files", "/data"], "env": { "NODE_TLS_REJECT_UNAUTHORIZED": "0" } },
        "box": { "command": "docker", "args": ["run", "-i", "--rm", "-p", "8080:8080", "x/y"] },
        "far": { "url": "http://a.example/mcp", "headers": { "Authorization": "Bearer of-tidings", "X-Api-Key": "\${KEY}" } }
      }
    }`;
    const reading = await readText('mcp', text, { path: '.mcp.json' });
    assertSpans(reading);
    const { declarations } = reading;

    assert.deepEqual(declarations.processes.map(summary), [
      { argv: ['@x/server-files', '/data'], env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
      { argv: null, image: 'x/y', env: {} },
    ]);
    assert.deepEqual(
      declarations.publications.map(({ hostPort, process }) => [textOf(hostPort), process]),
      [['8080', '.mcp.json#box']],
    );
    assert.deepEqual(
      declarations.credentials.map(({ setting, value }) => [setting, value.text]),
      [['Authorization client token', 'of-tidings']],
    );
    assert.deepEqual(
      declarations.settings.map(({ setting, value }) => [setting, value.text]),
      [['url', 'http://a.example/mcp']],
    );
  });
});

test('anything at all is read', async () => {
  const bit = fc.constantFrom(
    'a: ',
    '- ',
    '\n',
    '  ',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    ',',
    '= ',
    '"""',
    '#',
    '//',
    '/*',
    'verify_ssl: false',
    '\t',
    '\\',
    '${',
    ':',
    'x',
    '\0',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(bit, { maxLength: 30 }),
      fc.constantFrom('config.yaml', 'config.toml', 'config.json'),
      async (bits, path) => {
        // Broken YAML and JSON have no exact places for what was never closed.
        assertInside(await readText('settings', bits.join(''), { path }));
      },
    ),
    { numRuns: 300 },
  );
});
