import type { Endpoint } from '../../src/model/endpoint.ts';

/** An endpoint about which nothing is known, for tests to fill in. */
export const BLANK_ENDPOINT: Endpoint = {
  origin: 'observed',
  host: '192.168.1.20',
  address: '192.168.1.20',
  port: 11434,
  url: 'http://192.168.1.20:11434/',
  transport: 'plaintext',
  reach: 'lan',
  speech: 'http',
  basePath: '',
  service: null,
  auth: {
    overall: 'unknown',
    operations: { identity: 'unknown', inventory: 'unknown', inference: 'unknown', admin: 'unknown' },
    schemes: [],
    doors: [],
  },
  cors: 'unknown',
  hostCheck: 'unknown',
  conditions: [],
  advisories: [],
  intermediaries: [],
  tls: null,
  siblings: [],
  evidence: [],
  requests: 4,
  connections: 1,
  notes: [],
};
