import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OWNERS } from '../../../src/config/formats/settings/owners.ts';
import { recognised, type ShortProcess } from '../../support/declared-process.ts';

/** Service, confidence, and `client` where it opens no listener. */
const CASES: readonly (readonly [ShortProcess, string])[] = [
  [{ image: 'ollama/ollama' }, 'ollama high'],
  [{ image: 'ollama/ollama:rocm' }, 'ollama high'],
  [{ image: 'docker.io/ollama/ollama@sha256:0123456789abcdef0123456789abcdef' }, 'ollama high'],
  [{ image: 'mirror.gcr.io/ollama/ollama:0.5.1' }, 'ollama high'],
  [{ image: 'OLLAMA/Ollama:latest' }, 'ollama high'],
  [{ image: 'ghcr.io/someone/ollama:cpu' }, 'ollama medium'],
  [{ image: 'someone/ollama-webui' }, 'nothing'],
  [{ image: 'someone/app' }, 'nothing'],
  [{ image: 'someone/app', name: 'ollama' }, 'nothing'],
  [{ image: 'someone/app', name: 'ollama', ports: [11434] }, 'ollama medium'],
  [{ name: 'ollama', ports: [11434] }, 'ollama medium'],
  [{ image: 'someone/app', name: 'ollama-server', ports: [11434] }, 'ollama medium'],
  [{ image: 'someone/app', name: 'ollama-server', ports: [8080] }, 'nothing'],
  [{ image: 'house-llamacpp:latest', name: 'llamacpp', ports: [9000] }, 'llama-server low'],
  [{ image: 'registry.corp:5000/ollama/ollama' }, 'ollama medium'],
  [{ image: '$IMAGE' }, 'nothing'],
  [{ image: 'vllm/vllm-openai:$TAG' }, 'vllm high'],
  [{ image: '$REGISTRY/qdrant/qdrant:v1' }, 'qdrant high'],
  [{ image: 'ghcr.io/ggml-org/llama.cpp:server-$KIND' }, 'llama-server high'],
  [{ image: 'ghcr.io/ggml-org/llama.cpp:$KIND' }, 'nothing'],
  [{ image: 'acme/$NAME' }, 'nothing'],
  [{ image: 'ollama/$NAME:latest' }, 'nothing'],
  [{ image: 'acme/app', ports: [8000], env: { CHROMA_SERVER_HOST: 'chroma' } }, 'nothing'],
  [{ image: 'acme/app', ports: [8080], env: { LOCALAI_URL: 'x' } }, 'nothing'],
  [{ image: 'ghcr.io/ggml-org/llama.cpp:server-cuda' }, 'llama-server high'],
  [{ image: 'ghcr.io/ggml-org/llama.cpp:light' }, 'nothing'],
  [{ image: 'vllm/vllm-openai:v0.11.0', args: '--model x' }, 'vllm high'],
  [{ run: 'vllm serve model' }, 'vllm high'],
  [{ run: '/opt/venv/bin/python3.11 -u -m vllm.entrypoints.openai.api_server --model x' }, 'vllm high'],
  [{ run: 'uv tool run vllm@v0.11.0 serve model' }, 'vllm high'],
  [{ run: 'uv run --with vllm --python 3.12 vllm serve model' }, 'vllm high'],
  [{ run: 'sudo -E -u svc env CUDA_VISIBLE_DEVICES=0 nohup nice -n 5 ollama serve' }, 'ollama high'],
  [{ run: 'conda run -n x --no-capture-output python -m sglang.launch_server' }, 'sglang high'],
  [{ run: 'npx -y flowise start' }, 'flowise high'],
  [{ run: 'npm run start' }, 'nothing'],
  [{ run: 'uv sync' }, 'nothing'],
  [{ image: 'python:3.12', run: 'vllm serve model' }, 'vllm high'],
  [{ run: 'ollama pull llama3' }, 'ollama high client'],
  [{ image: 'ollama/ollama', run: 'sleep infinity' }, 'ollama high client'],
  [{ run: 'python main.py --listen' }, 'nothing'],
  [{ run: 'python main.py --listen', near: ['/opt/ComfyUI'] }, 'comfyui medium'],
  [{ run: 'python /opt/ComfyUI/main.py --listen' }, 'comfyui medium'],
  [{ run: 'uvicorn chromadb.app:app --host 0.0.0.0' }, 'chroma high'],
  [{ run: 'uvicorn app:app --host 0.0.0.0' }, 'fastapi high'],
  [{ image: 'n8nio/n8n', args: 'worker' }, 'n8n high client'],
  [{ image: 'n8nio/n8n', args: 'start' }, 'n8n high'],
  [{ image: 'ollama/ollama', args: 'pull llama3' }, 'ollama high client'],
  [{ image: 'localai/localai', args: 'worker' }, 'localai high client'],
  [{ image: 'ollama/ollama', run: '/bin/bash /start.sh' }, 'ollama high'],
  [{ image: 'postgres', args: 'sleep infinity' }, 'postgres high client'],
  [{ image: 'someone/phoenix', ports: [4000] }, 'phoenix low'],
  [{ run: 'n8n worker' }, 'n8n high client'],
];

for (const [process, expected] of CASES) {
  test(`${JSON.stringify(process)} is ${expected}`, async () => {
    const found = await recognised(process);

    const said = found ? `${found.service.id} ${found.confidence}${found.serves ? '' : ' client'}` : 'nothing';
    assert.equal(said, expected);
  });
}

test('whoever a settings file is said to belong to is a service', async () => {
  const strangers = [];
  for (const { command } of OWNERS) if (!(await recognised({ run: command.join(' ') }))) strangers.push(command);

  assert.deepEqual(strangers, []);
});
