// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell text is full of them
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { assertSpans, lineOf, readText, summary, textOf } from './reading.ts';

async function shell(text: string, others: Record<string, string> = {}) {
  const reading = await readText('shell', text, { path: 'run.sh', others });
  assertSpans(reading);
  return reading;
}

async function processes(text: string, others: Record<string, string> = {}) {
  return (await shell(text, others)).declarations.processes.map(summary);
}

describe('what a script starts', () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['OLLAMA_HOST=0.0.0.0 ollama serve', { argv: ['ollama', 'serve'], env: { OLLAMA_HOST: '0.0.0.0' } }],
    [
      'export OLLAMA_HOST="0.0.0.0:11434"\nollama serve &',
      { argv: ['ollama', 'serve'], env: { OLLAMA_HOST: '0.0.0.0:11434' } },
    ],
    [
      'nohup env A=b /usr/local/bin/ollama serve > log 2>&1 &',
      { argv: ['/usr/local/bin/ollama', 'serve'], env: { A: 'b' } },
    ],
    ['sudo -E -u ollama X=1 ollama serve', { argv: ['ollama', 'serve'], env: { X: '1' } }],
    ['exec conda run -n x --no-capture-output vllm serve m', { argv: ['vllm', 'serve', 'm'], env: {} }],
    ['uv tool run vllm@v0.11.0 serve m', { argv: ['vllm', 'serve', 'm'], env: {} }],
    [
      'uv run --with vllm python -m vllm.entrypoints.openai.api_server --host 0.0.0.0',
      { argv: ['python', '-m', 'vllm.entrypoints.openai.api_server', '--host', '0.0.0.0'], env: {} },
    ],
    ['poetry run uvicorn app:app --host=0.0.0.0', { argv: ['uvicorn', 'app:app', '--host=0.0.0.0'], env: {} }],
    ['screen -dmS llm llama-server --host 0.0.0.0', { argv: ['llama-server', '--host', '0.0.0.0'], env: {} }],
    [
      "tmux new-session -d -s a 'vllm serve m --port 8000'",
      { argv: ['vllm', 'serve', 'm', '--port', '8000'], env: {} },
    ],
    ["bash -lc 'export A=1 && exec vllm serve m'", { argv: ['vllm', 'serve', 'm'], env: { A: '1' } }],
    [
      'args=(--host 0.0.0.0)\nargs+=(--port 9)\nllama-server "${args[@]}"',
      { argv: ['llama-server', '--host', '0.0.0.0', '--port', '9'], env: {} },
    ],
    [
      'ARGS="--listen --port 7860"\npython3 launch.py $ARGS',
      { argv: ['python3', 'launch.py', '--listen', '--port', '7860'], env: {} },
    ],
    [
      'HOST=${HOST:-0.0.0.0}\nvllm serve m --host "$HOST"',
      { argv: ['vllm', 'serve', 'm', '--host', 'default:0.0.0.0'], env: {} },
    ],
    [
      'vllm serve m \\\n  --host 0.0.0.0 \\\n  --port 1',
      { argv: ['vllm', 'serve', 'm', '--host', '0.0.0.0', '--port', '1'], env: {} },
    ],
    ['start() { vllm serve m --port "$1"; }\nstart 8001', { argv: ['vllm', 'serve', 'm', '--port', '8001'], env: {} }],
    ['"$VENV/bin/llama-server" --host 0.0.0.0', { argv: ['llama-server', '--host', '0.0.0.0'], env: {} }],
    [
      '$PYTHON -m vllm.entrypoints.api_server',
      { argv: ['default:python', '-m', 'vllm.entrypoints.api_server'], env: {} },
    ],
    ['set -a; . ./.env; set +a\nollama serve', { argv: ['ollama', 'serve'], env: { OLLAMA_HOST: '0.0.0.0' } }],
    ['sudo bash <<EOF\nvllm serve m\nEOF', { argv: ['vllm', 'serve', 'm'], env: {} }],
    ['if true; then vllm serve m; fi', { argv: ['vllm', 'serve', 'm'], env: {} }],
  ];
  for (const [text, expected] of cases) {
    test(text.replaceAll('\n', ' ; '), async () => {
      assert.deepEqual(await processes(text, { './.env': 'OLLAMA_HOST=0.0.0.0\n' }), [expected]);
    });
  }

  const silent = [
    'export OLLAMA_HOST=http://gpu.example:11434\nollama run llama3',
    '# ollama serve',
    'echo "ollama serve"',
    'curl http://localhost:11434/api/tags',
    'pip install vllm',
    'python -m pip install x',
    'docker compose up -d',
    'docker ps; docker stop ollama',
  ];
  for (const text of silent) test(`nothing: ${text}`, async () => assert.deepEqual(await processes(text), []));

  test('a branch that may not run leaves what was known before', async () => {
    const text = 'HOST=127.0.0.1\nif [ "$1" = lan ]; then HOST=0.0.0.0; fi\nvllm serve m --host $HOST';

    assert.deepEqual(await processes(text), [{ argv: ['vllm', 'serve', 'm', '--host', 'default:127.0.0.1'], env: {} }]);
  });

  test('a value says where it came from', async () => {
    const { source, declarations } = await shell('HOST=0.0.0.0\n\nvllm serve m --host $HOST\n');
    const host = declarations.processes[0]?.argv?.at(-1);

    assert.equal(host && lineOf(source, host.span), 3);
    assert.deepEqual(
      host?.via.map((span) => source.slice(span)),
      ['0.0.0.0'],
    );
  });
});

describe('docker run', () => {
  test('ports, environment, image and arguments', async () => {
    const { source, declarations } = await shell(
      'docker run -d --gpus=all -v ollama:/root/.ollama -p "11434:11434" --name ollama -e A=b -e TOKEN --restart always ollama/ollama:latest serve\n',
    );
    const [process] = declarations.processes;
    const [port] = declarations.publications;

    assert.deepEqual(summary(process), { argv: null, image: 'ollama/ollama:latest', args: ['serve'], env: { A: 'b' } });
    assert.equal(process?.name, 'ollama');
    assert.deepEqual(
      process?.unseenEnvironment.map(({ name }) => name),
      ['TOKEN'],
    );
    assert.equal(port?.hostAddress, null);
    assert.equal(textOf(port?.hostPort), '11434');
    assert.equal(port && source.slice(port.span), '11434:11434');
    assert.deepEqual(port?.loopbackEdit, {
      span: { file: 'run.sh', start: port?.span.start, end: port?.span.start },
      insert: '127.0.0.1:',
    });
  });

  const ports: readonly (readonly [string, readonly (string | null)[]])[] = [
    ['-p 80:81', [null, '80', '81']],
    ['-p80:81', [null, '80', '81']],
    ['--publish=80:81/udp', [null, '80', '81']],
    ['--publish 127.0.0.1:80:81', ['127.0.0.1', '80', '81']],
    ['-p [::1]:80:81', ['::1', '80', '81']],
    ['-p 81', [null, null, '81']],
    ['-p 127.0.0.1::81', ['127.0.0.1', null, '81']],
    ['-dp 80:81', [null, '80', '81']],
    ['-p ${PORT:-80}:81', [null, 'default:80', '81']],
    ['-p ${PORT:?set it}:81', [null, 'unresolved:${PORT:?set it}', '81']],
    ['-p "${BIND}:80:81"', ['unresolved:${BIND}', '80', '81']],
    ['-p 8000-8010:8000-8010', [null, '8000-8010', '8000-8010']],
  ];
  for (const [option, expected] of ports) {
    test(option, async () => {
      const { declarations } = await shell(`podman run --rm ${option} image`);
      const [port] = declarations.publications;

      assert.deepEqual([textOf(port?.hostAddress), textOf(port?.hostPort), textOf(port?.targetPort)], expected);
    });
  }

  test('the host network publishes nothing and is the machine', async () => {
    const { declarations } = await shell('docker run --net host -p 1:1 image');

    assert.equal(declarations.processes[0]?.network.kind, 'host');
    assert.deepEqual(declarations.publications, []);
  });

  test('--env-file, unknown options and the image after them', async () => {
    const { declarations } = await shell('docker run --env-file .env $GPU_FLAGS --entrypoint vllm img serve m', {
      '.env': 'A=1\n',
    });

    assert.deepEqual(declarations.processes.map(summary), [
      { argv: ['vllm', 'serve', 'm'], image: 'img', env: { A: '1' } },
    ]);
    assert.deepEqual(
      declarations.references.map(({ role }) => role),
      ['environment'],
    );
  });
});

describe('modes of files', () => {
  const cases: readonly (readonly [string, readonly (readonly [string, number | null])[]])[] = [
    ['chmod 644 server.key', [['server.key', 0o644]]],
    [
      'chmod 0600 a.key b.key',
      [
        ['a.key', 0o600],
        ['b.key', 0o600],
      ],
    ],
    ['chmod u=rw,go= server.key', [['server.key', 0o600]]],
    ['chmod a+r server.key', [['server.key', 0o644]]],
    ['chmod go-rwx server.key', [['server.key', 0o600]]],
    ['chmod -R 777 certs', [['certs', 0o777]]],
    ['chmod +x run.sh', [['run.sh', 0o711]]],
    ['install -m 640 -g ssl-cert k.pem /etc/ssl/k.pem', [['/etc/ssl/k.pem', 0o640]]],
    ['install -m600 a.key /etc/', [['a.key', 0o600]]],
    ['openssl genrsa 2048 > a.key', [['a.key', 0o644]]],
    ['umask 077\nopenssl genrsa 2048 > a.key', [['a.key', 0o600]]],
    ['openssl genrsa 2048 > certs/a.key\nchmod 600 certs/*.key', [['certs/*.key', 0o600]]],
    ['openssl genrsa -aes256 -out a.key 2048', []],
    ['openssl rsa -in a.key -pubout > a.pub', []],
    ['cat a.crt a.key > bundle.pem', [['bundle.pem', 0o644]]],
    ['cat fullchain.pem chain.pem > bundle.pem', []],
    ['ssh-keygen -t ed25519 -f id', []],
  ];
  for (const [text, expected] of cases) {
    test(text.replaceAll('\n', ' ; '), async () => {
      const { declarations } = await shell(text);

      assert.deepEqual(
        declarations.modes.map(({ path, bits }) => [path.text, bits]),
        expected,
      );
    });
  }

  test('what OpenSSL writes itself depends on its version', async () => {
    const { declarations } = await shell(
      'openssl req -x509 -newkey rsa:4096 -keyout s.key -out s.crt -nodes -subj /CN=x',
    );

    assert.deepEqual(
      declarations.modes.map(({ path, mode, holds }) => [path.text, mode.kind, holds]),
      [['s.key', 'unresolved', 'private-key']],
    );
  });

  test('more patterns than keys are held against are told', async () => {
    const lines = Array.from({ length: 201 }, (_, index) => `chmod 600 a${index}*.key`);
    const script = (count: number) => shell(['openssl genrsa -out k.key', ...lines.slice(-count)].join('\n'));
    const [enough, tooMany] = [await script(200), await script(201)];

    assert.deepEqual(enough.declarations.troubles, []);
    const [trouble] = tooMany.declarations.troubles;
    assert.match(trouble?.what ?? '', /^more than 200 patterns/);
    assert.equal(trouble && tooMany.source.slice(trouble.span), 'a0*.key');
  });

  test('a mode is rewritten only where it is for one file', async () => {
    const { source, declarations } = await shell('chmod 0644 a.key\nchmod 644 a.crt a.key\n');

    assert.deepEqual(
      declarations.modes.map(({ rewrite }) => rewrite?.(0o600) ?? null),
      ['0600', null, null],
    );
    assert.equal(source.slice(declarations.modes[0]?.span ?? { file: '', start: 0, end: 0 }), '0644');
  });
});

describe('verification switched off', () => {
  const cases: readonly (readonly [string, readonly (readonly [string, boolean])[]])[] = [
    ['curl -fsSk https://api.example/x', [['curl -k', false]]],
    ['curl --insecure https://localhost:8443/health', [['curl --insecure', true]]],
    ['curl -o k https://api.example', []],
    ['curl -H "x: -k" https://api.example', []],
    ['wget --no-check-certificate https://api.example', [['wget --no-check-certificate', false]]],
    ['pip install --trusted-host pypi.example x', [['pip --trusted-host', false]]],
    ['git config --global http.sslVerify false', [['git http.sslVerify', false]]],
    ['git config --global http.sslVerify true', []],
    ['git -c http.sslVerify=false clone x', [['git http.sslVerify', false]]],
    ['npm config set strict-ssl false', [['npm strict-ssl', false]]],
    ['grep -k x', []],
  ];
  for (const [text, expected] of cases) {
    test(text, async () => {
      const { declarations } = await shell(text);

      assert.deepEqual(
        declarations.clients.map(({ setting, harmless }) => [setting, harmless]),
        expected,
      );
    });
  }

  test('a variable for one client', async () => {
    const { declarations } = await shell('NODE_TLS_REJECT_UNAUTHORIZED=0 npm install');

    assert.deepEqual(
      declarations.variables.map(({ name, value }) => [name, value.text]),
      [['NODE_TLS_REJECT_UNAUTHORIZED', '0']],
    );
  });
});

describe('tunnels', () => {
  const cases: readonly (readonly [string, readonly (readonly [string, string | null, string])[]])[] = [
    ['ngrok http 11434', [['tunnel', '11434', 'off']]],
    ['ngrok http --basic-auth u:p 11434', [['tunnel', '11434', 'on']]],
    ['cloudflared tunnel --url http://localhost:8080', [['tunnel', '8080', 'off']]],
    ['cloudflared tunnel run home', [['tunnel', null, 'unknown']]],
    ['tailscale funnel --bg 3000', [['tunnel', '3000', 'off']]],
    ['tailscale serve 3000', []],
    ['ssh -N -R 0.0.0.0:8080:localhost:11434 box.example', [['tunnel', '11434', 'off']]],
    ['ssh -R 8080:localhost:11434 box.example', []],
    ['ssh -R 80:localhost:3000 serveo.net', [['tunnel', '3000', 'off']]],
    ['ssh -L 0.0.0.0:8080:localhost:11434 box.example', [['port', '11434', 'off']]],
    ['ssh -L 8080:localhost:11434 box.example', []],
    ['npx localtunnel --port 5000', [['tunnel', '5000', 'off']]],
    ['kubectl port-forward --address 0.0.0.0 svc/ollama 11434:11434', [['port', '11434', 'off']]],
  ];
  for (const [text, expected] of cases) {
    test(text, async () => {
      const { declarations } = await shell(text);

      assert.deepEqual(
        declarations.publications.map(({ kind, targetPort, gate }) => [kind, textOf(targetPort), gate.state]),
        expected,
      );
    });
  }
});

describe('texts inside scripts', () => {
  test('a heredoc that writes .env keeps its places', async () => {
    const text = 'PORT=1\ncat > app/.env <<EOF\nOLLAMA_HOST=0.0.0.0:$PORT\nX=\\$Y\nEOF\n';
    const { source, declarations } = await shell(text);
    const found = declarations.variables.map(({ name, value }) => [name, value.text, lineOf(source, value.span)]);

    assert.deepEqual(found.slice(0, 1), [['OLLAMA_HOST', '0.0.0.0:1', 3]]);
  });

  test('echo after echo into one file', async () => {
    const { source, declarations } = await shell('echo "A=1" > .env\necho B=2 | sudo tee -a .env\n');

    assert.deepEqual(
      declarations.variables.map(({ name, value }) => [name, value.text, lineOf(source, value.span)]),
      [
        ['A', '1', 1],
        ['B', '2', 2],
      ],
    );
  });

  test('a compose file in a heredoc', async () => {
    const text =
      "cat <<'EOF' | tee docker-compose.yml\nservices:\n  ollama:\n    image: ollama/ollama\n    ports: ['11434:11434']\nEOF\n";
    const { source, declarations } = await shell(text);

    assert.deepEqual(
      declarations.processes.map((process) => textOf(process.image)),
      ['ollama/ollama'],
    );
    assert.equal(declarations.publications.map(({ span }) => lineOf(source, span)).join(), '5');
  });

  for (const [command, images] of [
    ['docker compose -f - up -d', ['redis:7']],
    ['docker stack deploy -c - app', ['redis:7']],
    ['podman-compose -f - up', ['redis:7']],
    ['docker exec -i app python -', []],
  ] as const)
    test(`what ${command} is given on standard input`, async () => {
      const body =
        images.length > 0
          ? 'services:\n  a:\n    image: redis:7'
          : 'import sys\nif "a" in sys.argv:\n    sys.exit("%s" % sys.argv)';
      const { declarations } = await shell(`${command} <<'EOF'\n${body}\nEOF\n`);

      assert.deepEqual(declarations.processes.map((process) => textOf(process.image)).filter(Boolean), images);
      assert.deepEqual(declarations.troubles, []);
    });

  test('cp .env.example .env', async () => {
    const { declarations } = await shell('[ -f .env ] || cp .env.example .env');

    assert.deepEqual(
      declarations.references.map(({ role, path, target }) => [role, path.text, target?.text]),
      [['copy-of', '.env.example', '.env']],
    );
  });
});

describe('hostile scripts', () => {
  test('variables that double themselves end', async () => {
    const text = `a=xxxxxxxxxxxxxxxx\n${'a=$a$a\n'.repeat(200)}vllm serve $a\n`;

    assert.equal((await processes(text)).length, 1);
  });

  test('functions that call each other end', async () => {
    assert.deepEqual(await processes('a() { b; b; }\nb() { a; a; }\na\n'), []);
  });

  test('a broken script is a trouble', async () => {
    const { declarations } = await shell('if true; then\n vllm serve m\n');

    assert.equal(declarations.troubles.length > 0, true);
  });

  test('commands called like what every object has', async () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty'])
      assert.equal((await processes(`${name} -x serve`)).length, 1, name);
  });

  test('anything at all is read', async () => {
    const bit = fc.constantFrom(
      'docker run -p ',
      '"',
      "'",
      '${',
      '}',
      '$(',
      ')',
      '<<EOF\n',
      'EOF\n',
      '\n',
      ' ',
      'chmod 644 a.key',
      '=',
      'a',
      ':',
      '80:80',
      '&&',
      ';',
      '{',
      'export A=',
      '\\',
      '`',
      '[',
      ']',
      '\0',
      '\r\n',
      '🐚',
      'curl -k ',
      'ssh -R ',
      'if ',
      'then ',
      'f(){ ',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(bit, { maxLength: 40 }), async (bits) => {
        await shell(bits.join(''));
      }),
      { numRuns: 300, examples: [[['${', 'EOF\n', '`', '\\']]] },
    );
  });
});
