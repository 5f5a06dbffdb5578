import type { Expectation } from '../../src/model/expectation.ts';

/** A row of which nothing was learned, for tests to fill in. */
export const BLANK_EXPECTATION: Expectation = {
  check: 'anonymous',
  host: '192.168.1.20',
  address: '192.168.1.20',
  port: 11434,
  url: 'http://192.168.1.20:11434/',
  reach: 'lan',
  service: { id: 'ollama', name: 'Ollama' },
  class: 'inventory',
  request: 'GET /api/tags',
  sent: 'no credential',
  expected: 'refused',
  got: 'unknown',
  status: null,
  verdict: 'unknown',
  side: false,
  standsFor: [],
};
