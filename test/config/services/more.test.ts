import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recognised, type ShortProcess, viewed } from '../../support/declared-process.ts';

/** Service, its auth, and where it is open beyond the main door. */
const CASES: readonly (readonly [ShortProcess, string])[] = [
  [{ image: 'ghcr.io/marimo-team/marimo:latest-sql' }, 'marimo off 0.0.0.0:8080'],
  [{ run: 'marimo edit nb.py' }, 'marimo on 127.0.0.1:2718'],
  [{ image: 'lscr.io/linuxserver/code-server:latest' }, 'code-server-linuxserver off 0.0.0.0:8443'],
  [{ image: 'codercom/code-server:4' }, 'code-server on 0.0.0.0:8080'],
  [{ image: 'codercom/code-server:4', args: '--auth none --bind-addr 0.0.0.0:9' }, 'code-server off 0.0.0.0:9'],
  [{ image: 'grafana/grafana' }, 'grafana on 0.0.0.0:3000'],
  [{ image: 'grafana/grafana', env: { GF_AUTH_ANONYMOUS_ENABLED: 'true' } }, 'grafana off 0.0.0.0:3000'],
  [{ image: 'ghcr.io/remsky/kokoro-fastapi-cpu:v0.2.2' }, 'kokoro off 0.0.0.0:8880'],
  [{ image: 'ghcr.io/open-webui/mcpo:main', args: '--port 8000 --api-key $KEY -- uvx x' }, 'mcpo unknown 0.0.0.0:8000'],
  [
    { image: 'ghcr.io/khoj-ai/khoj:latest', args: '--host=0.0.0.0 --port=42110 --anonymous-mode' },
    'khoj off 0.0.0.0:42110',
  ],
  [{ image: 'arizephoenix/phoenix' }, 'phoenix off 0.0.0.0:6006'],
  [{ image: 'ghcr.io/berriai/litellm:main-latest' }, 'litellm off 0.0.0.0:4000'],
  [{ image: 'ghcr.io/lllyasviel/fooocus' }, 'fooocus off 0.0.0.0:7865'],
  [{ image: 'mongo-express' }, 'mongo-express off 0.0.0.0:8081'],
  [{ image: 'lobehub/lobe-chat:latest', env: { ACCESS_CODE: '' } }, 'lobechat off 0.0.0.0:3210'],
  [{ image: 'xprobe/xinference:v1.5.0' }, 'xinference off 127.0.0.1:9997'],
  [{ image: 'pytorch/torchserve:0.8.2' }, 'torchserve off 0.0.0.0:8080'],
  [{ image: 'cr.weaviate.io/semitechnologies/weaviate:1.36.0' }, 'weaviate off 0.0.0.0:8080'],
  [{ run: 'uvicorn app:app --host 0.0.0.0' }, 'fastapi off 0.0.0.0:8000'],
  [{ image: 'python:3.12', run: 'uvicorn app:app --host 0.0.0.0' }, 'fastapi unknown 0.0.0.0:8000'],
  [{ image: 'acme/vectors', ports: [6333], env: { QDRANT__SERVICE__GRPC_PORT: '6334' } }, 'qdrant off 0.0.0.0:6333'],
  [{ image: 'ghcr.io/hkuds/lightrag', env: { LIGHTRAG_API_KEY: 'k' } }, 'lightrag partial 0.0.0.0:9621'],
  [
    { image: 'ghcr.io/hkuds/lightrag', env: { LIGHTRAG_API_KEY: 'k', WHITELIST_PATHS: '/health' } },
    'lightrag on 0.0.0.0:9621',
  ],
  [
    { image: 'ghcr.io/hkuds/lightrag', env: { AUTH_ACCOUNTS: 'a:b', WHITELIST_PATHS: '/health,/api/*' } },
    'lightrag partial 0.0.0.0:9621',
  ],
  [{ image: 'redpandadata/redpanda:v25.1.1', args: 'redpanda start' }, 'redpanda off 0.0.0.0:9092'],
  [{ image: 'dpage/pgadmin4', env: { PGADMIN_CONFIG_SERVER_MODE: 'False' } }, 'pgadmin off :::80'],
  [{ image: 'mindsdb/mindsdb', env: { MINDSDB_USERNAME: 'a', MINDSDB_PASSWORD: 'b' } }, 'mindsdb on 0.0.0.0:47334'],
  [{ image: 'mindsdb/mindsdb:v25.4.1.0' }, 'mindsdb off 0.0.0.0:47334'],
  [{ image: 'arc53/docsgpt', env: { AUTH_TYPE: 'session_jwt' } }, 'docsgpt off 0.0.0.0:7091'],
  [{ image: 'influxdb:1.8' }, 'influxdb off 0.0.0.0:8086'],
  [{ image: 'influxdb:2.7' }, 'influxdb on 0.0.0.0:8086'],
  [{ image: 'bitnamilegacy/elasticsearch:8.12.0' }, 'elasticsearch off 0.0.0.0:9200'],
  [
    { image: 'bitnami/elasticsearch:8.12.0', env: { ELASTICSEARCH_ENABLE_SECURITY: 'true' } },
    'elasticsearch on 0.0.0.0:9200',
  ],
  [{ image: 'ghcr.io/ai-dock/comfyui:latest-cuda' }, 'comfyui-ai-dock on 0.0.0.0:8188'],
  [
    { image: 'ghcr.io/ai-dock/stable-diffusion-webui-forge', env: { WEB_ENABLE_AUTH: 'false' } },
    'stable-diffusion-webui-ai-dock off 0.0.0.0:7860',
  ],
  [{ image: 'hiyouga/llamafactory', args: 'llamafactory-cli webui' }, 'llama-factory off 0.0.0.0:7860'],
  [{ run: 'dockerd -H fd://' }, 'docker-daemon off unix::?'],
  [
    { image: 'lmsysorg/sglang', run: '/opt/nvidia/nvidia_entrypoint.sh sglang serve --host 0.0.0.0' },
    'sglang off 0.0.0.0:30000',
  ],
  [{ image: 'quay.io/coreos/etcd:v3.5.18' }, 'etcd off localhost:2379'],
  [{ image: 'localhost/comfyui', name: 'x' }, 'comfyui off 0.0.0.0:8188'],
  [{ image: 'nvcr.io/nim/meta/llama-3.1-8b-instruct:latest' }, 'nim off 0.0.0.0:8000'],
  [{ image: 'nvcr.io/nim/nvidia/magpie-tts-multilingual:latest' }, 'nim off 0.0.0.0:9000'],
  [{ image: 'nvcr.io/nim/nvidia/parakeet-1-1b-ctc-en-us', env: { NIM_HTTP_API_PORT: '9001' } }, 'nim off 0.0.0.0:9001'],
  [{ image: 'nvcr.io/nim/meta/llama-3.1-8b-instruct', env: { NIM_SSL_MODE: 'MTLS' } }, 'nim on 0.0.0.0:8000'],
  [{ image: 'nvcr.io/nim/meta/llama-3.1-8b-instruct', env: { NIM_SSL_MODE: 'TLS' } }, 'nim off 0.0.0.0:8000'],
  [{ image: 'apache/airflow:3.1.0', args: 'api-server' }, 'airflow on 0.0.0.0:8080'],
  [{ image: 'vespaengine/vespa' }, 'vespa off 0.0.0.0:8080'],
  [{ run: 'vllm-omni serve Qwen/Qwen2.5-Omni-7B --omni --port 8091' }, 'vllm off 0.0.0.0:8091'],
  [{ run: 'vllm-omni serve Qwen/Qwen2.5-Omni-7B --api-key $KEY' }, 'vllm unknown 0.0.0.0:8000'],
  [{ name: 'kobold', image: 'acme/kobold', ports: [5001] }, 'koboldcpp off 0.0.0.0:5001'],
  [{ name: 'chatterbox-tts-server', ports: [8004] }, 'chatterbox-tts off 0.0.0.0:8004'],
  [{ image: 'mher/flower:2.0' }, 'celery-flower off 0.0.0.0:5555'],
  [{ run: 'celery -A app flower --port=5566 --address=127.0.0.1' }, 'celery-flower off 127.0.0.1:5566'],
  [{ run: 'celery --broker=redis://q flower --basic_auth=ada:$PASSWORD' }, 'celery-flower on 0.0.0.0:5555'],
  [{ image: 'mher/flower', env: { FLOWER_BASIC_AUTH: '$LOGIN' } }, 'celery-flower unknown 0.0.0.0:5555'],
];

for (const [process, expected] of CASES) {
  test(`${JSON.stringify(process)}: ${expected}`, async () => {
    const { service, auth, listeners } = await viewed(process);

    const [main] = listeners;
    assert.equal(`${service.id} ${auth.state} ${main?.address.text ?? '?'}:${main?.port.text ?? '?'}`, expected);
  });
}

test('a client with the variables of a server is no server', async () => {
  assert.equal(await recognised({ image: 'acme/app', ports: [3000], env: { QDRANT__SERVICE__API_KEY: 'x' } }), null);
});

test('an interpreter called like a service is none', async () => {
  assert.equal(await recognised({ name: 'gpt4all', image: 'python:3.12-slim', ports: [8080] }), null);
});

test('a list of addresses is a listener each', async () => {
  const { listeners } = await viewed({
    image: 'redpandadata/redpanda:v25.1.1',
    args: 'redpanda start --kafka-addr a://0.0.0.0:9092,b://127.0.0.1:19092 --advertise-kafka-addr a://redpanda:9092 --pandaproxy-addr [::]:28082',
    env: { REDPANDA_SCHEMA_REGISTRY_ADDRESS: '0.0.0.0:8081,0.0.0.0:18081' },
  });

  assert.deepEqual(
    listeners.map(({ address, port, auth }) => `${address.text}:${port.text} ${auth.state}`),
    [
      '0.0.0.0:9092 off',
      '127.0.0.1:19092 off',
      '0.0.0.0:9644 off',
      '0.0.0.0:28082 unknown',
      '0.0.0.0:8081 unknown',
      '0.0.0.0:18081 unknown',
    ],
  );
});

test('other doors are listed with their own guard', async () => {
  const { listeners } = await viewed({ image: 'ghcr.io/blakeblackshear/frigate:stable' });

  assert.deepEqual(
    listeners.map(({ port, auth }) => `${port.text} ${auth.state}`),
    ['8971 on', '5000 off', '8554 unknown', '1984 off'],
  );
});
