import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doorOf, type ShortProcess, viewed } from '../../support/declared-process.ts';

/** Where the main door is, its TLS and its auth. */
const CASES: readonly (readonly [ShortProcess, string])[] = [
  [{ run: 'ollama serve' }, '127.0.0.1:11434 loopback tls off auth off'],
  [{ run: 'ollama serve', env: { OLLAMA_HOST: '0.0.0.0' } }, '0.0.0.0:11434 all tls off auth off'],
  [{ run: 'ollama serve', env: { OLLAMA_HOST: '' } }, '127.0.0.1:11434 loopback tls off auth off'],
  [{ run: 'ollama serve', env: { OLLAMA_HOST: ':8000' } }, '0.0.0.0:8000 all tls off auth off'],
  [{ run: 'ollama serve', env: { OLLAMA_HOST: '[::]:9' } }, ':::9 all tls off auth off'],
  [{ run: 'ollama serve', env: { OLLAMA_HOST: 'https://0.0.0.0' } }, '0.0.0.0:443 all tls off auth off'],
  [{ run: 'ollama serve', env: { OLLAMA_HOST: 'https://0.0.0.0:11434' } }, '0.0.0.0:11434 all tls off auth off'],
  [{ run: 'ollama serve', env: { OLLAMA_HOST: '$HOST' } }, '?:11434 unknown tls off auth off'],
  [{ image: 'ollama/ollama' }, '0.0.0.0:11434 all tls off auth off'],
  [{ image: 'ollama/ollama', env: { OLLAMA_HOST: '127.0.0.1' } }, '127.0.0.1:11434 loopback tls off auth off'],
  [{ run: 'vllm serve m' }, '0.0.0.0:8000 all tls off auth off'],
  [{ run: 'vllm serve m --host 127.0.0.1 --port=9000' }, '127.0.0.1:9000 loopback tls off auth off'],
  [{ run: 'vllm serve m --api-key k' }, '0.0.0.0:8000 all tls off auth on'],
  [{ run: 'vllm serve m --api_key=k' }, '0.0.0.0:8000 all tls off auth on'],
  [{ run: 'vllm serve m --api-key $KEY' }, '0.0.0.0:8000 all tls off auth unknown'],
  [{ run: "vllm serve m --api-key ''" }, '0.0.0.0:8000 all tls off auth off'],
  [{ image: 'vllm/vllm-openai', args: '--model m', env: { VLLM_API_KEY: '' } }, '0.0.0.0:8000 all tls off auth off'],
  [
    { image: 'vllm/vllm-openai', args: '--model m', env: { VLLM_API_KEY: `$\{KEY:?must be set}` } },
    '0.0.0.0:8000 all tls off auth on',
  ],
  [{ run: 'llama-server --host 0.0.0.0 --ssl-cert-file c --ssl-key-file k' }, '0.0.0.0:8080 all tls on auth off'],
  [{ run: 'llama-server --host 0.0.0.0 --ssl-cert-file c' }, '0.0.0.0:8080 all tls off auth off'],
  [{ image: 'ghcr.io/ggml-org/llama.cpp:server', args: '-m x' }, '0.0.0.0:8080 all tls off auth off'],
  [
    { image: 'ghcr.io/ggml-org/llama.cpp:server', args: '-m x --api-key-file /run/k' },
    '0.0.0.0:8080 all tls off auth on',
  ],
  [{ image: 'ghcr.io/open-webui/open-webui:main' }, '0.0.0.0:8080 all tls off auth on'],
  [{ image: 'ghcr.io/open-webui/open-webui:main', env: { WEBUI_AUTH: 'False' } }, '0.0.0.0:8080 all tls off auth off'],
  [{ image: 'ghcr.io/open-webui/open-webui:main', env: { WEBUI_AUTH: '' } }, '0.0.0.0:8080 all tls off auth on'],
  [
    { image: 'ghcr.io/open-webui/open-webui:main', env: { WEBUI_AUTH: '$AUTH' } },
    '0.0.0.0:8080 all tls off auth unknown',
  ],
  [{ image: 'mintplexlabs/anythingllm', env: { AUTH_TOKEN: 'a' } }, '0.0.0.0:3001 all tls off auth off'],
  [
    { image: 'mintplexlabs/anythingllm', env: { AUTH_TOKEN: 'a', JWT_SECRET: 'b' } },
    '0.0.0.0:3001 all tls off auth on',
  ],
  [
    { image: 'chromadb/chroma', env: { CHROMA_SERVER_AUTHN_PROVIDER: 'p', CHROMA_SERVER_AUTHN_CREDENTIALS: 'c' } },
    '0.0.0.0:8000 all tls off auth off',
  ],
  [
    {
      image: 'chromadb/chroma:0.5.23',
      env: { CHROMA_SERVER_AUTHN_PROVIDER: 'p', CHROMA_SERVER_AUTHN_CREDENTIALS: 'c' },
    },
    '0.0.0.0:8000 all tls off auth on',
  ],
  [{ image: 'flowiseai/flowise' }, '0.0.0.0:3000 all tls off auth on'],
  [{ image: 'flowiseai/flowise:2.2.8' }, '0.0.0.0:3000 all tls off auth off'],
  [
    { image: 'flowiseai/flowise:2.2.8', env: { FLOWISE_USERNAME: 'a', FLOWISE_PASSWORD: 'b' } },
    '0.0.0.0:3000 all tls off auth on',
  ],
  [{ image: 'flowiseai/flowise@sha256:00' }, '0.0.0.0:3000 all tls off auth unknown'],
  [{ run: "jupyter lab --ip=0.0.0.0 --NotebookApp.token=''" }, '0.0.0.0:8888 all tls off auth off'],
  [{ run: 'jupyter lab --ip=* --NotebookApp.token=' }, '0.0.0.0:8888 all tls off auth off'],
  [
    { run: 'jupyter lab --ip 0.0.0.0 --ServerApp.token= --ServerApp.password=argon2:x' },
    '0.0.0.0:8888 all tls off auth on',
  ],
  [{ run: 'jupyter lab --ip 0.0.0.0 --NotebookApp.token=$KEY' }, '0.0.0.0:8888 all tls off auth unknown'],
  [{ run: 'python /opt/ComfyUI/main.py --listen' }, '0.0.0.0,:::8188 all tls off auth off'],
  [{ run: 'python /opt/ComfyUI/main.py --listen --port 9' }, '0.0.0.0,:::9 all tls off auth off'],
  [{ image: 'yanwk/comfyui-boot', env: { CLI_ARGS: '--port 99' } }, '0.0.0.0:99 all tls off auth off'],
  [{ run: 'webui.sh --listen --gradio-auth a:b' }, '0.0.0.0:7860 all tls off auth partial'],
  [{ run: 'local-ai', env: { ADDRESS: '127.0.0.1:7' } }, '127.0.0.1:7 loopback tls off auth off'],
  [{ image: 'localai/localai', env: { LOCALAI_AUTH: 'true' } }, '0.0.0.0:8080 all tls off auth on'],
  [{ image: 'localai/localai', env: { LOCALAI_AUTH: 'false' } }, '0.0.0.0:8080 all tls off auth off'],
  [
    { image: 'ghcr.io/huggingface/text-embeddings-inference:1.9', env: { HOSTNAME: 'box' } },
    '0.0.0.0:80 all tls off auth off',
  ],
];

for (const [process, expected] of CASES) {
  test(`${JSON.stringify(process)}: ${expected}`, async () => {
    const view = await viewed(process);

    const [main] = view.listeners;
    assert.equal(`${doorOf(view)} ${main?.reach} tls ${main?.tls} auth ${main?.auth.state}`, expected);
  });
}

test('a setting that may stand in a file nobody saw is told with the verdict', async () => {
  const view = await viewed({ image: 'mintplexlabs/anythingllm', unseen: [null] });

  assert.equal(view.auth.state, 'off');
  assert.equal(view.auth.unless.length, 1);
});

test('settings that do nothing, and halves of pairs, are named', async () => {
  const ollama = await viewed({
    run: 'ollama serve',
    env: { OLLAMA_HOST: 'https://0.0.0.0', OLLAMA_KEY: 'k', OLLAMA_CERT: 'c' },
  });
  const llama = await viewed({ run: 'llama-server --ssl-key-file k' });
  const ray = await viewed({ image: 'rayproject/ray:2.53.0', run: 'ray start --head', env: { RAY_AUTH_TOKEN: 'x' } });

  assert.deepEqual(
    ollama.ineffective.map(({ about, found }) => `${about} ${found.setting.name}`),
    ['tls OLLAMA_CERT', 'tls OLLAMA_KEY', 'tls OLLAMA_HOST'],
  );
  assert.deepEqual(
    llama.incomplete.map(({ about, missing }) => [about, missing]),
    [['tls', ['--ssl-cert-file or LLAMA_ARG_SSL_CERT_FILE']]],
  );
  assert.deepEqual(
    ray.incomplete.map(({ about, missing }) => [about, missing]),
    [['auth', ['RAY_AUTH_MODE=token']]],
  );
});

test('a published credential is found by value and by default', async () => {
  const litellm = await viewed({ run: 'litellm', env: { LITELLM_MASTER_KEY: 'sk-1234' } });

  assert.deepEqual(
    litellm.credentials.map(({ setting, value }) => [setting.name, value?.text]),
    [['LITELLM_MASTER_KEY', 'sk-1234']],
  );
});
