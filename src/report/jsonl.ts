import type { ResultDocument } from '../model/result.ts';
import { hostReportJson } from './check/to-contract.ts';
import { expectationJson } from './expectation-json.ts';
import { jsonText } from './json-text.ts';
import { inPieces } from './pieces.ts';
import { certificateRecordJson, tlsEndpointJson } from './tls/to-contract.ts';
import { coverageJson, endpointJson, findingJson, ruleJson, runJson, troubleJson } from './to-contract.ts';

/**
 * The same data, one record a line (https://jsonlines.org): `run`, then each `endpoint`, `expectation` (of `verify`), `host` (of `check`), `finding`
 * and `trouble`,
 * then `end` with the coverage. A file without its `end` is cut short.
 */
export const reportJsonLines = inPieces(function* ({ document }) {
  let lines = '';
  for (const record of recordsOf(document)) {
    lines += `${jsonText(record)}\n`;
    if (lines.length < PIECE) continue;
    yield lines;
    lines = '';
  }
  yield lines;
});

/** In UTF-16 units: a write for each line would take longer than making it. */
const PIECE = 262_144;

function* recordsOf(document: ResultDocument): Generator<object> {
  yield { type: 'run', ...runJson(document), rules: document.rules.map(ruleJson) };
  for (const endpoint of document.endpoints) yield { type: 'endpoint', ...endpointJson(endpoint) };
  for (const endpoint of document.tls ?? []) yield { type: 'tls', ...tlsEndpointJson(endpoint) };
  for (const record of document.certificates ?? []) yield { type: 'certificate', ...certificateRecordJson(record) };
  for (const expectation of document.expectations ?? []) yield { type: 'expectation', ...expectationJson(expectation) };
  if (document.host !== undefined) yield { type: 'host', ...hostReportJson(document.host) };
  for (const finding of document.findings) yield { type: 'finding', ...findingJson(finding) };
  for (const trouble of document.troubles) yield { type: 'trouble', ...troubleJson(trouble) };
  const { coverage, resume } = document;
  yield { type: 'end', coverage: coverageJson(coverage), ...(resume === undefined ? {} : { resume }) };
}
