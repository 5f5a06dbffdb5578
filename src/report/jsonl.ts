import { hostReportJson } from './check/to-contract.ts';
import { expectationJson } from './expectation-json.ts';
import type { Reporter } from './formats.ts';
import { jsonText } from './json-text.ts';
import { certificateRecordJson, tlsEndpointJson } from './tls/to-contract.ts';
import { coverageJson, endpointJson, findingJson, ruleJson, runJson, troubleJson } from './to-contract.ts';

/**
 * The same data, one record a line (https://jsonlines.org): `run`, then each `endpoint`, `expectation` (of `verify`), `host` (of `check`), `finding`
 * and `trouble`,
 * then `end` with the coverage. A file without its `end` is cut short.
 */
export const reportJsonLines: Reporter = ({ document }) => {
  const records = [
    { type: 'run', ...runJson(document), rules: document.rules.map(ruleJson) },
    ...document.endpoints.map((endpoint) => ({ type: 'endpoint', ...endpointJson(endpoint) })),
    ...(document.tls ?? []).map((endpoint) => ({ type: 'tls', ...tlsEndpointJson(endpoint) })),
    ...(document.certificates ?? []).map((record) => ({ type: 'certificate', ...certificateRecordJson(record) })),
    ...(document.expectations ?? []).map((expectation) => ({ type: 'expectation', ...expectationJson(expectation) })),
    ...(document.host === undefined ? [] : [{ type: 'host', ...hostReportJson(document.host) }]),
    ...document.findings.map((finding) => ({ type: 'finding', ...findingJson(finding) })),
    ...document.troubles.map((trouble) => ({ type: 'trouble', ...troubleJson(trouble) })),
    {
      type: 'end',
      coverage: coverageJson(document.coverage),
      ...(document.resume === undefined ? {} : { resume: document.resume }),
    },
  ];
  return records.map((record) => `${jsonText(record)}\n`).join('');
};
