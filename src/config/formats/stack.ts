import type { FormatEntry } from './formats.ts';

const YAML = /\.ya?ml(\.(example|sample|template|dist|j2|tmpl|tpl))?$/i;

/** What `docker compose` takes without being told: such a file is one, whatever stands in it. */
const COMPOSE_NAME = /(^|\/)(docker-)?compose(\.override)?\.ya?ml$/;

/** What starts whole stacks, and the variables it is filled from. */
export const STACK_FORMATS: readonly FormatEntry[] = [
  {
    id: 'dotenv',
    path: /(^|\/)(\.env(rc)?([._-][\w.-]+)?|[\w.-]*[\w-]\.env([._-](example|sample|template|dist|default|defaults))?|[\w-]*env[._-](example|sample|template|dist))$/i,
    load: async () => (await import('./dotenv/index.ts')).dotenv,
  },
  {
    id: 'compose',
    path: YAML,
    text: (text, path) =>
      COMPOSE_NAME.test(path) ||
      (/^["']?services["']?\s*:/m.test(text) && !/^["']?(apiVersion|openapi)["']?\s*:/m.test(text)),
    load: async () => (await import('./compose/index.ts')).compose,
  },
  {
    id: 'helm-values',
    path: /(^|\/)[\w.-]*values[\w.-]*\.ya?ml$/i,
    text: (text) => !/^["']?kind["']?\s*:/m.test(text),
    load: async () => (await import('./helm/index.ts')).helmValues,
  },
  {
    id: 'kubernetes',
    path: YAML,
    text: (text) => /^["']?apiVersion["']?\s*:/m.test(text) && /^["']?kind["']?\s*:/m.test(text),
    load: async () => (await import('./kubernetes/index.ts')).kubernetes,
  },
  {
    id: 'pem',
    path: /\.(pem|key|p8|pk8)$|(^|\/)id_(rsa|dsa|ecdsa|ed25519)$/i,
    text: (text) => text.includes('-----BEGIN '),
    load: async () => (await import('./pem/index.ts')).pem,
  },
];
