import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { FORMATS } from '../../src/report/formats.ts';
import { postern } from '../support/command.ts';

/*
 * Files of many formats, each with secrets on and around the lines that findings are about. `@` stands for one that
 * looks like a key, `~` for one that is a word; none of them may be in anything that is printed.
 */

const FILES: Readonly<Record<string, string>> = {
  'compose.yaml': `services:
  db:
    image: postgres:16
    ports: ["5432:5432"]
    environment: { POSTGRES_USER: ~, POSTGRES_PASSWORD: ~ }
  cache:
    image: redis:7
    command:
      - redis-server
      - --requirepass
      - ~
    ports: ["6379:6379"]
  graph:
    image: neo4j:5
    ports: ["7474:7474"]
    environment:
      NEO4J_AUTH: ~/~
  models:
    image: vllm/vllm-openai:v0.11.0
    command: ["--model", "x", "--api-key", "@"]
    ports: ["8000:8000"]
    environment:
      - DATABASE_URL=postgresql://~:~@db.example.net/app
      - OPENAI_VERIFY_SSL=false
  web:
    image: ghcr.io/open-webui/open-webui
    ports: ["3000:8080"]
    environment:
      WEBUI_AUTH: "False"
      WEBUI_SECRET_KEY: >-
        @
`,
  // Where a long line is cut, the rest of a secret is no less one.
  'long.compose.yaml': `services:
  one:
    image: ollama/ollama
    ports: ["11434:11434"] # ${'x '.repeat(175)} pg://u:~@db.example.net
  two:
    image: ollama/ollama
    ports: ["11435:11434"] # ${'x '.repeat(180)} @
  three:
    image: vllm/vllm-openai:v0.11.0
    command: ["--model", "x", "--api-key", "@.and-more"]
    ports: ["8001:8000"] # @.and-more @
`,
  Dockerfile: `FROM vllm/vllm-openai:v0.11.0
ENV PYTHONHTTPSVERIFY=0 SECRET_KEY=@
RUN curl -k -u me:~ https://example.org
RUN git config http.sslVerify false && git -c http.extraheader="AUTHORIZATION: basic @" fetch
`,
  'run.sh': `echo "@" | base64 -d > tls/tls.key; chmod 644 tls/tls.key
echo ~ > other.key; chmod 644 other.key
docker run -e PW=~ -p 8080:8080 ollama/ollama
export OPENAI_API_KEY="~" NODE_TLS_REJECT_UNAUTHORIZED=0
curl -k -H "Authorization: Bearer ~" -H 'X-Api-Key: ~' https://example.org
curl -k -u "~:~" https://example.org
curl -k -u~:~ https://example.org
curl -k --proxy-user u:~ --proxy http://u:~@proxy.example.org https://example.org?api_key=@
curl -k --cookie "session=~" -b "token=~" https://example.org
curl -k -d '{"username":"a","password":"~"}' https://example.org
curl -k https://~@example.org/
`,
  'app.service': `[Service]
Environment="API_KEY=@" OLLAMA_HOST=0.0.0.0 "PASSWORD=several ~ words"
ExecStart=/usr/bin/vllm serve x --host 0.0.0.0 --api-key ~
`,
  'app.py': `requests.get("https://u:~@example.org", verify=False, headers={"Authorization": "Bearer ~"}, auth=("~", "~"))
requests.post("https://example.org", verify=False, auth=HTTPBasicAuth('u', '~'), json={"token": "~"})
httpx.Client(verify=False, headers={"X-Tenant": f"@"}, cookies={"session": "~"})
open("server.key", "w").write("~"); os.chmod("server.key", 0o644)
demo.launch(share=True, server_name="0.0.0.0", auth=("admin", "~"))
uvicorn.run(app, host="0.0.0.0", ssl_keyfile_password=os.getenv("KEY_PASSWORD", "~"))
`,
  'app.js': `const a = new https.Agent({ rejectUnauthorized: false, passphrase: \`~\` });
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'; const apiKey = process.env.API_KEY || '~';
axios.get(u, { auth: { username: '~', password: '~' }, httpsAgent: new https.Agent({ rejectUnauthorized: false }) });
fetch(u, { headers: { Authorization: \`Bearer ~\` }, agent: new https.Agent({ rejectUnauthorized: false }) });
app.use(basicAuth({ users: { 'admin': '~' } })); app.listen(3000, '0.0.0.0');
`,
  'main.tf': `resource "aws_instance" "x" {
  user_data = <<-EOF
    #!/bin/sh
    docker run -d -p 8000:8000 -e PASSWORD=~ vllm/vllm-openai:v0.11.0
  EOF
}
resource "docker_container" "r" {
  image   = "redis:7"
  command = ["redis-server", "--requirepass", "~"]
  ports {
    internal = 6379
    external = 6379
  }
}
`,
  'k8s.yaml': `apiVersion: v1
kind: Pod
metadata: { name: v }
spec:
  hostNetwork: true
  containers:
    - name: v
      image: vllm/vllm-openai:v0.11.0
      args: ["--api-key", "~"]
      env:
        - { name: WANDB_API_KEY, value: "@" }
        - name: DB_PASSWORD
          value: ~
        - name: NODE_TLS_REJECT_UNAUTHORIZED
          value: "0"
`,
  'playbook.yml': `- hosts: all
  tasks:
    - copy: { content: "~", dest: /etc/ssl/private/x.key, mode: "0644" }
    - copy:
        content: |
          ~
        dest: /etc/ssl/private/y.key
        mode: "0644"
    - uri: { url: "https://example.org", validate_certs: false, user: ~, password: ~, force_basic_auth: true }
    - shell: docker run -p 11434:11434 ollama/ollama && echo ~ > /etc/x.key
`,
  'nginx.conf': `http { server {
  listen 80;
  location / {
    proxy_pass https://127.0.0.1:11434; proxy_set_header Authorization "Bearer ~"; proxy_ssl_verify off;
    if ($http_x_api_key != "~") { return 403; }
  }
} }
`,
  'haproxy.cfg': `frontend f
  bind :80
  acl known req.hdr(X-Api-Key) -m str ~
  http-request deny unless known
  default_backend b
backend b
  server s 10.0.0.1:11434 ssl verify none
`,
  'serve.plist': `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict><key>Label</key><string>x</string>
<key>ProgramArguments</key><array><string>/usr/bin/vllm</string><string>serve</string><string>--host</string>
<string>0.0.0.0</string><string>--api-key</string>
<string>~</string></array></dict></plist>
`,
  'start.ps1': `$env:OPENAI_API_KEY = "~"
Invoke-WebRequest -SkipCertificateCheck -Headers @{ Authorization = "Bearer ~"; "X-Key" = '~' } https://example.org
$cred = ConvertTo-SecureString "~" -AsPlainText; [Net.ServicePointManager]::ServerCertificateValidationCallback = {$true}
`,
  'mcp.json': `{ "mcpServers": { "a": { "command": "npx", "args": ["x", "--token", "~"],
  "env": { "API_KEY": "@", "NODE_TLS_REJECT_UNAUTHORIZED": "0" }, "headers": { "X-Tenant": "~" } } } }
`,
  '.env': `AI_VERIFY_SSL=false
DATABASE_URL=postgres://~:~@db.example.net/x
DB_USER=~
DB_PASSWORD=~
`,
};

/** Assembled here, so that no file has anything that looks like a key. */
const KEY = ['plumtree', 'Q7zT', '4mV9', 'xR2k'].join('');
const WORD = 'plumtree';

test('a secret of the files is in no report of any format, and not in what --diff shows', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lint-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(
      join(folder, name),
      text.replaceAll('@', (_all, at: number) => (isAddress(text, at) ? '@' : KEY)).replaceAll('~', WORD),
    );
  }
  const files = FORMATS.map((format) => [format, join(folder, `report.${format}.out`)] as const);

  const outputs = files.flatMap(([format, file]) => ['-o', `${format}=${file}`]);
  const shown = await postern(['lint', folder, '--all', '--pedantic', ...outputs]);
  const diff = await postern(['lint', folder, '--fix=all', '--diff']);

  const named = Object.keys(FILES).filter((name) => !shown.out.includes(`${name}:`));
  assert.deepEqual(named, [], 'every file has a finding');
  assert.ok(diff.out.split('\n').length > 60);
  const texts = [
    ...files.map(([format, file]) => [format, readFileSync(file, 'utf8')] as const),
    ['terminal', shown.out + shown.err] as const,
    ['diff', diff.out + diff.err] as const,
  ];
  const leaks = texts.flatMap(([format, text]) =>
    text.split('\n').flatMap((line) => (line.includes('plumtree') ? [`${format}: ${line.slice(0, 300)}`] : [])),
  );
  assert.deepEqual(leaks, []);
});

test('what is written where no key is needed is no secret, and stays', async () => {
  const input =
    'services:\n  lm-studio:\n    image: ollama/ollama\n    ports: ["11434:11434"]\n    environment: { OPENAI_API_KEY: lm-studio, NAME: lm-studio }\n';

  const { out } = await postern(['lint', '-', '--stdin-filename', 'compose.yaml', '--all', '--pedantic'], { input });

  assert.doesNotMatch(out, /\*\*\*/);
});

/** The `@` of a URL, a hash of PowerShell. */
function isAddress(text: string, at: number): boolean {
  return /[\w~]/.test(text[at - 1] ?? '') || text[at + 1] === '{';
}
