import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recogniseConfig } from '../../../src/config/services/recognise-config.ts';
import { builtinDeployables } from '../../support/declared-process.ts';

const services = await builtinDeployables();

const CASES: readonly (readonly [string, readonly string[], string | null])[] = [
  ['litellm_config.yaml', ['model_list', 'general_settings.master_key'], 'litellm'],
  ['proxy/config.yaml', ['model_list.0.model_name'], 'litellm'],
  ['config.yaml', ['storage.storage_path', 'service.api_key'], 'qdrant'],
  ['config.yaml', ['title'], null],
  ['settings.yaml', ['server.auth.enabled'], 'private-gpt'],
  ['settings.yaml', ['server.port'], null],
  ['home/jupyter_server_config.py', ['ServerApp.ip'], 'jupyter'],
  ['my-jupyter_server_config.py', ['ServerApp.ip'], null],
  ['invokeai.yaml', [], 'invokeai'],
];

for (const [path, keys, expected] of CASES) {
  test(`${path} with ${keys.join(', ') || 'nothing'}: ${expected ?? 'nobody'}`, () => {
    assert.equal(recogniseConfig(path, keys, services)?.id ?? null, expected);
  });
}
