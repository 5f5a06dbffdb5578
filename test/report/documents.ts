import { readdirSync, readFileSync } from 'node:fs';
import type { Finding } from '../../src/model/finding.ts';
import { PORT_STATES, type PortTally, RESULT_SCHEMA, type ResultDocument } from '../../src/model/result.ts';
import type { Format, ReportOptions } from '../../src/report/formats.ts';
import { REPORTERS } from '../../src/report/formats.ts';
import { fromContract } from '../../src/report/from-contract.ts';
import { SCRIPT, STYLE } from '../../src/report/html/assets.generated.ts';
import { toView } from '../../src/report/view.ts';

export const RESULTS = new URL('../../fixtures/results/', import.meta.url);

/** Names of the saved results, without `.json`. */
export const RESULT_NAMES = readdirSync(RESULTS)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length))
  .sort();

export function savedResult(name: string): ResultDocument {
  return fromContract(JSON.parse(readFileSync(new URL(`${name}.json`, RESULTS), 'utf8')));
}

export const PLAIN: ReportOptions = { columns: 80, colour: false, all: false };

export async function report(
  document: ResultDocument,
  format: Format,
  options: Partial<ReportOptions> = {},
): Promise<string> {
  const reporter = await REPORTERS[format]();
  return reporter(toView(document), { ...PLAIN, ...options });
}

/** As the golden files have it: the page holds its style and script, which are files of their own. */
export function withoutAssets(text: string): string {
  return text
    .replace(STYLE, '…')
    .replace(SCRIPT, '…')
    .replace(/sha256-[A-Za-z0-9+/]+=*(?=&#39;)/g, 'sha256-…');
}

const NO_PROBES = Object.fromEntries(PORT_STATES.map((state) => [state, 0])) as PortTally;

/** A run that found nothing, for tests to fill in. */
export function blankDocument(parts: Partial<ResultDocument> = {}): ResultDocument {
  return {
    schema: RESULT_SCHEMA,
    tool: { name: 'postern', version: '0.1.0', catalogue: '0'.repeat(64) },
    command: 'scan',
    startedAt: '2026-11-21T07:15:42.000Z',
    finishedAt: '2026-11-21T07:15:43.000Z',
    endpoints: [],
    findings: [],
    coverage: {
      addresses: 1,
      excludedAddresses: 0,
      ports: [11434],
      probes: NO_PROBES,
      http: 0,
      other: 0,
      silent: 0,
      requests: 0,
      connections: 0,
      undecided: [],
      complete: true,
    },
    troubles: [],
    rules: [],
    ...parts,
  };
}

export function blankFinding(parts: Partial<Finding> = {}): Finding {
  return {
    rule: 'unauthenticated-endpoint',
    severity: 'critical',
    confidence: 'high',
    message: 'Ollama answers anyone.',
    location: { kind: 'endpoint', host: '192.168.1.20', port: 11434, url: 'http://192.168.1.20:11434/' },
    related: [],
    evidence: [],
    fix: 'Bind it to loopback.',
    fingerprint: 'a'.repeat(64),
    state: 'active',
    ...parts,
  };
}
