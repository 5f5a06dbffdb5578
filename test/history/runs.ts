import type { DiffDocument } from '../../src/model/diff.ts';
import type { Endpoint } from '../../src/model/endpoint.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { PortState, ResultDocument } from '../../src/model/result.ts';
import { blankDocument, blankFinding } from '../report/documents.ts';
import { BLANK_ENDPOINT } from '../support/endpoint.ts';

export function ollama(parts: Partial<Endpoint> = {}): Endpoint {
  return {
    ...BLANK_ENDPOINT,
    service: { id: 'ollama', name: 'Ollama', kind: 'inference', version: '0.6.2', confidence: 'high' },
    auth: { ...BLANK_ENDPOINT.auth, overall: 'open' },
    ...parts,
  };
}

/** A finding on the endpoint above; `fingerprint` is one character. */
export function findingOn(endpoint: Endpoint, parts: Partial<Finding> = {}): Finding {
  const { host, port, url } = endpoint;
  return blankFinding({
    location: {
      kind: 'endpoint',
      ...(host === null ? {} : { host }),
      ...(port === null ? {} : { port }),
      ...(url === null ? {} : { url }),
    },
    ...parts,
  });
}

export interface RunParts {
  readonly day: number;
  readonly endpoints?: readonly Endpoint[];
  readonly findings?: readonly Finding[];
  /** How the ports of known doors ended, `192.168.1.20:11434` first. */
  readonly watched?: readonly { readonly address: string; readonly port: number; readonly state: PortState }[];
  readonly document?: Partial<ResultDocument>;
  readonly coverage?: Partial<ResultDocument['coverage']>;
}

/** The run of a day of November. */
export function run({
  day,
  endpoints = [],
  findings = [],
  watched,
  document = {},
  coverage = {},
}: RunParts): ResultDocument {
  const date = `2026-11-${String(day).padStart(2, '0')}`;
  const blank = blankDocument();
  return {
    ...blank,
    startedAt: `${date}T07:00:00.000Z`,
    finishedAt: `${date}T07:01:00.000Z`,
    endpoints,
    findings,
    ...document,
    coverage: { ...blank.coverage, ...(watched === undefined ? {} : { watched }), ...coverage },
  };
}

export function watchedAs(state: PortState): RunParts['watched'] {
  return [{ address: '192.168.1.20', port: 11434, state }];
}

/** What a comparison says of the first finding of the older run, and why. */
export function fateOf({ findings }: DiffDocument): readonly [string, string] {
  const [fixed] = findings.fixed;
  if (fixed !== undefined) return ['fixed', fixed.how];
  const [unseen] = findings.unseen;
  return unseen === undefined ? ['persisted', ''] : ['unseen', unseen.why];
}
