import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettingTables } from '../../../src/catalogue/read-setting-tables.ts';
import { openSettingTables } from '../../../src/catalogue/setting-tables.ts';
import { credentialKind, publisherOf } from '../../../src/config/services/known-values.ts';
import { verificationBySetting, verificationOption } from '../../../src/config/services/tls-switch.ts';

const { switches, credentials } = await openSettingTables();

/** Polarity is the trap: the same word means the opposite under another name. */
const SETTINGS: readonly (readonly [string, string | undefined, string])[] = [
  ['AI_VERIFY_SSL', 'false', 'off'],
  ['AI_VERIFY_SSL', '"False"', 'off'],
  ['AI_VERIFY_SSL', '0', 'off'],
  ['AI_VERIFY_SSL', 'no', 'off'],
  ['AI_VERIFY_SSL', 'None', 'off'],
  ['AI_VERIFY_SSL', 'true', 'on'],
  ['AI_VERIFY_SSL', '', 'on'],
  ['AI_VERIFY_SSL', undefined, 'unknown'],
  ['AI_VERIFY_SSL', '/etc/ssl/own.pem', 'on file'],
  ['verify_ssl', 'false', 'off'],
  ['verifySsl', 'false', 'off'],
  ['litellm_settings.ssl_verify', 'false', 'off'],
  ['rejectUnauthorized', 'false', 'off'],
  ['NODE_TLS_REJECT_UNAUTHORIZED', '0', 'off'],
  ['NODE_TLS_REJECT_UNAUTHORIZED', '1', 'on'],
  ['PYTHONHTTPSVERIFY', '0', 'off'],
  ['INSECURE_SKIP_VERIFY', 'false', 'on'],
  ['INSECURE_SKIP_VERIFY', 'true', 'off'],
  ['insecureSkipVerify', 'true', 'off'],
  ['tls_insecure_skip_verify', 'TRUE', 'off'],
  ['GIT_SSL_NO_VERIFY', '1', 'off'],
  ['ALLOW_UNAUTHORIZED_CERTS', 'false', 'on'],
  ['CURL_CA_BUNDLE', '', 'off'],
  ['REQUESTS_CA_BUNDLE', '/dev/null', 'off'],
  ['SSL_CERT_FILE', '/etc/ssl/own.pem', 'on file'],
  ['elasticsearch.ssl.verificationMode', 'none', 'off'],
  ['ENABLE_WEB_LOADER_SSL_VERIFICATION', 'False', 'off'],
  ['AIOHTTP_CLIENT_SESSION_SSL', 'False', 'off'],
  ['REDIS_TLS_ENABLED', 'false', 'none'],
  ['SSL_VERIFY_CLIENT', 'off', 'none'],
  ['EMAIL_VERIFY', 'false', 'none'],
  ['UNVERIFY_SSL', 'false', 'none'],
];

for (const [name, text, expected] of SETTINGS) {
  test(`${name}=${text ?? '$X'}: ${expected}`, () => {
    const found = verificationBySetting(switches, name, text);

    assert.equal(found ? `${found.verification}${found.isFile ? ' file' : ''}` : 'none', expected);
  });
}

test('an option counts for its own program only', () => {
  const lines = [
    'curl -fsSk https://x',
    'curl -f https://x',
    '/usr/bin/wget --no-check-certificate x',
    'tar -k x',
    'docker -k',
  ];

  assert.deepEqual(
    lines.map((line) => verificationOption(switches, line.split(' '))),
    [1, null, 1, null, null],
  );
});

/** One of each kind, and near misses. */
const VALUES: readonly (readonly [string, string | null])[] = [
  ['sk-1234', 'published'],
  ['SK-1234', 'published'],
  ['"0p3n-w3bu!"', 'published'],
  ['0'.repeat(64), 'published'],
  [['sk', '9f73s3ljTXVcMT3Blb3ljTqtsKiGHXVcMT3BlbkFJLK7U'].join('-'), 'published'],
  ['changeme', 'placeholder'],
  ['please-change-this', 'placeholder'],
  ['CHANGE_ME_IN_PRODUCTION', 'placeholder'],
  ['your-secret-api-key-here', 'placeholder'],
  ['<secret>', 'placeholder'],
  ['xxxxxxxx', 'placeholder'],
  ['xxxaabbddssaa', null],
  ['minioadmin123', 'common'],
  ['password', 'common'],
  ['123456', 'common'],
  ['EMPTY', 'stand-in'],
  ['', 'empty'],
  ["''", 'empty'],
  ['q8Zt-4hV1-mm0a', null],
  ['0'.repeat(63), null],
  ['exchangemeister', null],
];

for (const [text, expected] of VALUES) {
  test(`${JSON.stringify(text)} is ${expected ?? 'perhaps a secret'}`, () => {
    assert.equal(credentialKind(text, credentials), expected);
  });
}

test('who publishes a value is told', () => {
  assert.equal(publisherOf('infini_rag_flow', credentials), 'RAGFlow');
});

test('a row that is not well formed is named with its place', () => {
  const files = [
    { path: 'tables/tls-switches.yaml', text: 'table: tls-switches\nverify:\n  - { name: lower_case, of: x }\n' },
    { path: 'tables/known-credentials.yaml', text: 'table: known-credentials\n' },
  ];

  assert.throws(() => readSettingTables(files), /tables\/tls-switches\.yaml:3:5: verify: not a row of this table/);
});
