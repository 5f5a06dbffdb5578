import type { AnswerFile, ExpectedVerdict, Route } from '../../fixtures/lab/answers.ts';
import { readAnswers } from '../../fixtures/lab/exhibits.ts';

/** What stands on one port of every address: the answer files of one service, address by address in turn. */
const HOUSES: readonly (readonly [port: number, ...files: string[]])[] = [
  [11434, 'ollama/open', 'ollama/nginx-post-guarded'],
  [8080, 'llama-server/open', 'llama-server/key'],
  [8000, 'vllm/open', 'vllm/key'],
  [30000, 'sglang/open', 'sglang/key'],
  [8188, 'comfyui/open', 'comfyui/nginx-guards-post'],
  [8888, 'jupyter/lab-open', 'jupyter/lab-token'],
  [6333, 'qdrant/open', 'qdrant/key'],
  [4000, 'litellm/open', 'litellm/master-key'],
  [3000, 'open-webui/no-auth', 'open-webui/login'],
  [1234, 'lm-studio/open', 'lm-studio/token'],
  [7860, 'gradio/6.25-open', 'gradio/6.25-login'],
  [8265, 'ray/2.58-open', 'ray/2.58-token'],
  [3001, 'anythingllm/open', 'anythingllm/multi-user-older'],
  [5001, 'koboldcpp/open', 'koboldcpp/password'],
  [8001, 'chroma/1.x-open', 'chroma/0.5.23-token'],
  [8002, 'triton/open', 'triton/restricted-all'],
];

export const PORTS: readonly number[] = HOUSES.map(([port]) => port);
export const FIRST_ADDRESS = '127.40.0.0';

export interface Door {
  readonly address: string;
  readonly port: number;
  readonly routes: readonly Route[];
  readonly expect: ExpectedVerdict;
}

/** All doors of so many loopback addresses, counted from 127.40.0.0. */
export function doorsOf(addresses: number): Door[] {
  return Array.from({ length: addresses }, (_, n) => n).flatMap((n) =>
    HOUSES.map(([port, ...files]) => {
      const { routes, expect } = read(files[n % files.length] ?? '');
      return { address: `127.40.${n >> 8}.${n & 255}`, port, routes, expect };
    }),
  );
}

const known = new Map<string, AnswerFile>();

function read(name: string): AnswerFile {
  const answers = known.get(name) ?? readAnswers(`${name}.http`);
  known.set(name, answers);
  return answers;
}
