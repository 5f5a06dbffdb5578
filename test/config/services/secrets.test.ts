import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSettingTables } from '../../../src/catalogue/setting-tables.ts';
import { commandSwitch } from '../../../src/config/services/client-switches.ts';
import { judgeSecret } from '../../../src/config/services/secrets.ts';
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
];

for (const [setting, text, expected] of CASES) {
  test(`${setting} holding ${text === '' ? 'nothing' : text.slice(0, 24)}: ${expected}`, () => {
    assert.equal(judgeSecret(setting, text, credentials), expected);
  });
}

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
