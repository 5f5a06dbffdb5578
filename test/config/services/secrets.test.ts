import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSettingTables } from '../../../src/catalogue/setting-tables.ts';
import { withoutSecrets } from '../../../src/config/facts/excerpt.ts';
import { Places } from '../../../src/config/facts/place.ts';
import { commandSwitch } from '../../../src/config/services/client-switches.ts';
import { judgeLogin, judgeSecret } from '../../../src/config/services/secrets.ts';
import { SourceText } from '../../../src/config/source/source-text.ts';
import { value } from '../../support/declared-process.ts';

const { credentials, switches } = await openSettingTables();
/** Made here, so that nothing in this file looks like a key. */
const made = ['q8Zt', '4hV1', 'mm0a', 'Rw72', 'xK9d', 'Lp3s'].join('');

const CASES: readonly (readonly [string, string, string | null])[] = [
  ['POSTGRES_PASSWORD', 'changePassword', 'default'],
  ['RUNNERS_AUTH_TOKEN', 'changeRunnerAuthToken', 'default'],
  ['SESSION_SECRET', 'random_string', null],
  ['MYSQL_PASSWORD', '123456', 'weak'],
  ['API_KEYS', 'changeme', 'placeholder'],
  ['DB_PASSWORD', 'Admin@123', 'weak'],
  ['DB_PASSWORD', 'Heron@123', null],
  ['ELASTIC_PASSWORD', 'infini_rag_flow_helm', 'default'],
  ['value', 'changeme', null],
  ['JWT_ISSUER', 'Flowise', null],
  ['AZURE_API_KEY', 'sk-123', null],
  ['OPENAI_API_KEY', 'your_openai_api_key_here', null],
  ['OPENAI_API_KEY', made, 'hard-coded'],
  ['API_KEY', made, 'hard-coded'],
  ['API_KEY', `$\{${made}}`, null],
  ['API_KEY', `/run/secrets/${made}`, null],
  ['MAX_TOKENS', '4096', null],
  ['MAX_TOKENS', made, null],
  ['PUBLIC_KEY', made, null],
  ['POSTGRES_PASSWORD', '', null],
  ['DATABASE_URL', 'postgresql://app:Tr0ub4dor-9x@db.example.net:5432/app', 'hard-coded'],
  ['DATABASE_URL', 'postgresql://app:Tr0ub4dor-9x@postgres:5432/app', null],
  ['DATABASE_URL', 'postgresql://postgres:postgres@db.example.net/app', null],
  ['--requirepass', 'password', 'weak'],
  ['WEBHOOK_URL', 'http://localhost:5678', null],
  ['WEBHOOK_URL', `https://hooks.example.net/in/${made}`, 'hard-coded'],
  ['apiKeySecretKey', 'api-key', null],
  ['SECRET_KEY', 'local_dev_secret_key_for_development_0123456789', null],
];

for (const [setting, text, expected] of CASES) {
  test(`${setting} holding ${text === '' ? 'nothing' : text.slice(0, 24)}: ${expected}`, () => {
    assert.equal(judgeSecret(setting, text, credentials), expected);
  });
}

test('of a login, short is weak too, and a pair counts by its password', () => {
  const given: readonly (readonly [string, string])[] = [
    ['--api-key', 'abc'],
    ['--gradio-auth', 'artist:letmein'],
    ['NEO4J_AUTH', 'neo4j/Tr0ub4dor-9x'],
    ['GF_SECURITY_ADMIN_PASSWORD__FILE', 'pw.txt'],
    ['--api-key', ''],
    ['--api-key', made],
  ];

  assert.deepEqual(
    given.map(([setting, text]) => judgeLogin(setting, text, credentials)),
    ['weak', 'weak', null, null, null, 'hard-coded'],
  );
});

test('an unchecked question to the machine itself is harmless', () => {
  const asked = [
    'curl -k https://localhost:8443/health',
    'curl -k https://localhost.example.net/',
    'curl -sk https://api.example.net/',
  ];

  assert.deepEqual(
    asked.map((line) => commandSwitch(line.split(' ').map(value), switches)?.harmless),
    [true, false, false],
  );
});

/** Lines with `SECRET` where a secret stands, which must go; the rest of the line must not. */
const LINES_WITH_SECRETS = [
  'command: ["--host", "0.0.0.0", "--api-key", "SECRET"]',
  'args: [--token, SECRET]',
  'ExecStart=vllm serve --api-key SECRET --port 8000',
  '--jwt-secret=SECRET',
  '      - "API_KEY=SECRET"',
  'Environment=API_KEY=SECRET OLLAMA_HOST=0.0.0.0',
  '"api_key": "SECRET"',
  '    password: SECRET',
  'requirepass SECRET',
  'masterauth "SECRET"',
  'proxy_set_header X-Api-Key "SECRET";',
  'curl -H "Authorization: Bearer SECRET" http://127.0.0.1:8000/',
  'curl -u admin:SECRET http://127.0.0.1:8000/',
  'url: redis://:SECRET@cache:6379/0',
  'image_url: https://example.org/x?token=SECRET',
  'basic_auth { admin $2a$SECRET }',
  '"X-Api-Key": ["SECRET"]',
  'keys: [SECRET]',
  `printf 'API_KEY=%s\\nHOST=0.0.0.0\\n' SECRET | tee .env`,
  // In parts: a file with the line itself would look like a key.
  `content = "${['-----BEGIN RSA PRIVATE', 'KEY-----'].join(' ')}SECRET-----END"`,
];

for (const line of LINES_WITH_SECRETS) {
  for (const secret of [made, 'hunter2', 'Ab1,c;d#e&f=']) {
    // Quotes, blanks and what ends a value elsewhere are told apart by quotes only.
    if (secret.includes(',') && /(?:url|Bearer|curl|requirepass|admin|args|printf|"api_key")/.test(line)) continue;
    test(`${line} is shown without ${secret.length} characters of secret`, () => {
      const shown = withoutSecrets(line.replace('SECRET', secret));

      const [before = '', after = ''] = line.split('SECRET');
      assert.ok(shown.startsWith(before.replace(/Bearer $/, '')), shown);
      assert.ok(shown.endsWith(after), shown);
      assert.doesNotMatch(shown, /hunter2|q8Zt|Ab1|#e/);
    });
  }
}

for (const [line, expected] of [
  ['curl -u ada:ada http://127.0.0.1/', 'curl -u ***:*** http://127.0.0.1/'],
  ['curl -uada:hunter2 http://127.0.0.1/', 'curl -uada:*** http://127.0.0.1/'],
  ['docker run -u 1000:1000 -p 80:80 x', 'docker run -u 1000:1000 -p 80:80 x'],
  ['db: postgres://ada:ada@db/ada', 'db: postgres://***:***@db/ada'],
  ['auth: { username: "ada9lovelace", password: "ada9lovelace" }', 'auth: { username: "***", password: "***" }'],
  ['user: ada, password: ada', 'user: ***, password: ***'],
  ["echo 'hunter2' > tls/server.key", "echo '***' > tls/server.key"],
  ['echo hunter2 | sudo tee /etc/ssl/private/key', 'echo *** | sudo tee /etc/ssl/private/key'],
  ['echo "OLLAMA_HOST=0.0.0.0" >> .env', 'echo "OLLAMA_HOST=0.0.0.0" >> .env'],
  ['ENV API_KEY hunter2', 'ENV API_KEY ***'],
  ['"PASSWORD=two words" OLLAMA_HOST=0.0.0.0', '"PASSWORD=***" OLLAMA_HOST=0.0.0.0'],
  ['os.environ["API_KEY"] = "hunter2"', 'os.environ["API_KEY"] = "***"'],
  ['key = os.getenv("API_KEY", "hunter2")', 'key = os.getenv("API_KEY", "***")'],
  ["launch(auth=[('a', 'hunter2')], server_name='0.0.0.0')", "launch(auth=[***], server_name='0.0.0.0')"],
  ['if ($http_x_api_key != "hunter2") {', 'if ($http_x_api_key != "***") {'],
  ['- { name: API_KEY, value: hunter2 }', '- { name: API_KEY, value: *** }'],
  ['machine a.example login ada password hunter2', 'machine a.example login ada password ***'],
  ['jdbc:oracle:thin:ada/hunter2@//db/x', 'jdbc:oracle:thin:ada/***@//db/x'],
  ['git clone https://hunter2@git.example.org/x', 'git clone https://***@git.example.org/x'],
  ['redis-cli -h cache -a hunter2 ping', 'redis-cli -h cache -a *** ping'],
  ['docker login -u ada -p hunter2 r.example.org', 'docker login -u ada -p *** r.example.org'],
  ['al JDJhJDE0JGFiY2RlZmdo', 'al JDJh***'],
  ['url: postgres://ada:p@ss/w0rd@db.example.org/x', 'url: postgres://ada:***@db.example.org/x'],
  ['https://ada@x.org:hunter2@h.example.org/', 'https://***@x.org:***@h.example.org/'],
  ['curl -H "Authorization: ApiKey hunter2" x', 'curl -H "Authorization: ApiKey ***" x'],
  ['add_argument("--api-key", type=str, default="hunter2")', 'add_argument("--api-key", type=str, default="***")'],
  ['if api_key in ("hunter2", "hunter3"):', 'if api_key in ("***", "***"):'],
  ['if compare_digest("hunter2", given):', 'if compare_digest("***", given):'],
  ["if (req.headers['x-api-key'] === 'hunter2') {", "if (req.headers['x-api-key'] === '***') {"],
  ["'db_password' => 'hunter2',", "'db_password' => '***',"],
  ['API_KEYS = {"hunter2", "hunter3"}', 'API_KEYS = {"***", "***"}'],
  ['SECRET_KEY = """hunter2"""', 'SECRET_KEY = "***"'],
  ['<add key="Token" value="hunter2" />', '<add key="***" value="***" />'],
  ['<password>hunter2</password>', '<password>***</password>'],
  ['<key>Label</key><string>models</string>', '<key>Label</key><string>models</string>'],
  ['API_KEY: &key hunter2', 'API_KEY: &key ***'],
  ["echo 'admin:hunter2' | chpasswd", "echo '***' | chpasswd"],
  ['echo hunter2 | docker login --password-stdin', 'echo *** | docker login --password-stdin'],
  ["CREATE USER ada IDENTIFIED BY 'hunter2'", "CREATE USER ada IDENTIFIED BY '***'"],
  ['test: ["CMD", "redis-cli", "-a", "hunter2", "ping"]', 'test: ["CMD", "redis-cli", "-a", "***", "ping"]'],
  ['sqlcmd -S db -U sa -P hunter2 -C', 'sqlcmd -S db -U sa -P *** -C'],
  ['mysqladmin ping -u root -phunter2', 'mysqladmin ping -u root -p***'],
  ['mysql -u root -p shop', 'mysql -u root -p shop'],
  ['openssl passwd -6 hunter2', 'openssl passwd -6 ***'],
  ['db.example.org:5432:shop:ada:hunter2', 'db.example.org:5432:shop:ada:***'],
  ['user default on >hunter2 ~* +@all', 'user default on >*** ~* +@all'],
  ['DB_PASSWORD=$'.concat('{DB_PASSWORD:-hunter2}'), 'DB_PASSWORD=$'.concat('{DB_PASSWORD:-***}')],
  ['DB_PASSWORD=$'.concat('{DB_PASSWORD:?set it}'), 'DB_PASSWORD=$'.concat('{DB_PASSWORD:?set it}')],
  ['password: "{{ pw | default(\'hunter2\') }}"', 'password: "{{ pw | default(\'***\') }}"'],
  ['SECRET_KEY=/q8Zt4hV1mm0aRw72xK9dLp3s==', 'SECRET_KEY=***'],
  ['PASSWORD_FILE=/run/secrets/postgres-password', 'PASSWORD_FILE=/run/secrets/postgres-password'],
  ['url: https://hooks.slack.com/services/T0/B0/x1', 'url: https://hooks.slack.com/services/***'],
  ['"start": "WEBUI_AUTH=False open-webui serve"', '"start": "WEBUI_AUTH=False open-webui serve"'],
  ['openssl req -new -key server.key -out server.csr', 'openssl req -new -key server.key -out server.csr'],
  ['basic_auth { # for the lab', 'basic_auth { # for the lab'],
  ["c.ServerApp.token = ''", "c.ServerApp.token = ''"],
  ['header_up Authorization {header.X-Authorization}', 'header_up Authorization {header.X-Authorization}'],
  ['{ "handler": "authentication", "providers": {} }', '{ "handler": "authentication", "providers": {} }'],
] as const)
  test(`shown: ${expected}`, () => {
    assert.equal(withoutSecrets(line), expected);
  });

test('what the files give as a secret is shown nowhere, a word only where it stands alone or as a name', () => {
  const secrets = new Set(['k9-heron-X', 'ollama']);
  const lines = [
    'x: k9-heron-X:80',
    '  - k9-heron-X',
    'image: ollama/ollama',
    '  - ollama',
    'DB_USER=ollama',
    'k9-heron-Xy',
  ];

  assert.deepEqual(
    lines.map((line) => withoutSecrets(line, secrets)),
    ['x: ***:80', '  - ***', 'image: ollama/ollama', '  - ***', 'DB_USER=***', 'k9-heron-Xy'],
  );
});

for (const [text, secret, expected] of [
  [`  - --api-key\n  - ${made}\n`, made, '  - ***'],
  [`hook: https://hooks.example.net/${made}\n`, `https://hooks.example.net/${made}`, 'hook: ***'],
  ['db: postgresql://app:Tr0ub4dor@db/app\n', 'postgresql://app:Tr0ub4dor@db/app', 'db: postgresql://app:***@db/app'],
] as const)
  test(`what is known to be a secret is not shown, whatever its line says: ${expected}`, () => {
    const source = new SourceText('a.yaml', text);
    const start = text.indexOf(secret);
    const places = new Places(new Map([['a.yaml', source]]));

    const location = places.at(source.span(start, start + secret.length), undefined, secret);

    assert.equal(location.kind === 'file' && location.excerpt, expected);
  });

test('brackets within a secret end nothing, and those around it stay', () => {
  assert.deepEqual(
    ['API_KEY=ab1}cd2]ef3', '{API_KEY: ab1}cd2}', 'proxy_set_header X-Api-Key ab1}cd2;', 'API_KEY=ab1-${NAME}-cd2'].map(
      (line) => withoutSecrets(line),
    ),
    ['API_KEY=***', '{API_KEY: ***}', 'proxy_set_header X-Api-Key ***', 'API_KEY=***'],
  );
});

for (const line of [
  'proxy_pass http://127.0.0.1:11434;',
  'proxy_pass ollama1;',
  'auth_basic "Restricted";',
  'ssl_certificate_key /etc/ssl/server.key;',
  'key: server.pem',
  'image: ghcr.io/example/token-server:1.2.3',
  'auth: enabled',
  'api-key: $'.concat('{API_KEY}'),
  'command: --tokenizer example/tokenizer-7b',
  'ports: ["11434:11434"]',
]) {
  test(`nothing is taken from ${line}`, () => {
    assert.equal(withoutSecrets(line), line);
  });
}
