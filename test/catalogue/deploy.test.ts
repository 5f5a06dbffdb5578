import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadCatalogue } from '../../src/catalogue/load.ts';
import { readSettingTest } from '../../src/catalogue/setting-test.ts';
import { UsageError } from '../../src/model/trouble.ts';

const directory = new URL('../../rules/schema/', import.meta.url);
const schemas = Object.fromEntries(
  readdirSync(directory).map((name) => [name, JSON.parse(readFileSync(new URL(name, directory), 'utf8')) as object]),
);

const HEAD = `id: demo
name: Demo
kind: datastore
groups: []
summary: A service for tests.
fix: { general: close it }
sources: [test]
deploy:
`;

function load(deploy: string) {
  return loadCatalogue([{ path: 'services/demo.yaml', text: HEAD + deploy }], { schemas, restricted: false });
}

function complaint(deploy: string): string {
  try {
    load(deploy);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.message;
  }
  return 'nothing';
}

test('a service that no prober knows is for deployment files alone', () => {
  const { services, deployables } = load('  images: [demo]\n  port: { default: 1 }\n');

  assert.deepEqual([services.length, deployables.map(({ id }) => id)], [0, ['demo']]);
});

test('a file that says neither how to find it nor how it is run says nothing', () => {
  const text = HEAD.replace('deploy:\n', '');

  assert.throws(
    () => loadCatalogue([{ path: 'services/demo.yaml', text }], { schemas, restricted: false }),
    /services\/demo\.yaml:\d+:\d+: .*is missing/,
  );
});

/** What is wrong, and the line and column it is told with. */
const COMPLAINTS: readonly (readonly [string, RegExp])[] = [
  ['  auth: { default: maybe }\n', /^services\/demo\.yaml:9:11: deploy\.auth\.default: expected one of on, off/],
  [
    '  auth:\n    default: off\n    guards: [{ when: lower }]\n',
    /^services\/demo\.yaml:11:16: 'lower': is 'lower' a variable/,
  ],
  [
    '  dangerous:\n    - { setting: "NAME ?", why: x }\n',
    /^services\/demo\.yaml:10:9: 'NAME \?' is no setting: expected =, !=/,
  ],
  ['  dangerous:\n    - { setting: NAME=, why: x }\n', /^services\/demo\.yaml:10:9: 'NAME=': a value is missing/],
  [
    '  credentials:\n    - { settings: [A=b], role: login }\n',
    /^services\/demo\.yaml:10:20: 'A=b': expected the name of a setting/,
  ],
  [
    '  bind: { flags: [{ flag: --all, takes-value: false }] }\n',
    /^services\/demo\.yaml:1:1: --all: a flag without a value needs `bare`/,
  ],
  ['  tls: { when: A, needs: [B] }\n', /write `when` or `needs`, not both/],
  ['  portt: { default: 1 }\n', /^services\/demo\.yaml:9:3: deploy: unknown key 'portt'/],
];

for (const [deploy, expected] of COMPLAINTS) {
  test(`told with its place: ${deploy.trim()}`, () => {
    assert.match(complaint(deploy), expected);
  });
}

/** As written, and what it asks. */
const QUESTIONS: readonly (readonly [string, string])[] = [
  ['OLLAMA_HOST', 'env OLLAMA_HOST set '],
  ['--api-key', 'flag --api-key set '],
  ['-H', 'flag -H set '],
  ['WEBUI_AUTH=False', 'env WEBUI_AUTH off '],
  ['WEBUI_AUTH!=true', 'env WEBUI_AUTH not-on '],
  ['A="true"', 'env A text true'],
  ['A=""', 'env A empty '],
  ['A!=b', 'env A not-text b'],
  ['OLLAMA_HOST^=https://', 'env OLLAMA_HOST prefix https://'],
  ['--opts*=ssl-certfile', 'flag --opts contains ssl-certfile'],
  ['ORIGINS~=*', 'env ORIGINS word *'],
  ['env:xpack.security.enabled=false', 'env xpack.security.enabled off '],
  ['config:service.api_key', 'config service.api_key set '],
  ['code:launch(share=)=true', 'code launch(share=) on '],
  ['--web.cors.origin=.*', 'flag --web.cors.origin text .*'],
];

for (const [written, expected] of QUESTIONS) {
  test(`${written} asks: ${expected}`, () => {
    const { setting, is, text } = readSettingTest(written);

    assert.equal(`${setting.kind} ${setting.name} ${is} ${text}`, expected);
  });
}
