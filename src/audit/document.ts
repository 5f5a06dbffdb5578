import type { Endpoint } from '../model/endpoint.ts';
import type { Finding } from '../model/finding.ts';
import { type Coverage, RESULT_SCHEMA, type ResultDocument, type RuleSummary, type Trouble } from '../model/result.ts';
import type { RuleBook } from '../model/rule.ts';
import { PROGRAM_VERSION } from '../model/version.ts';

export interface DocumentParts {
  readonly command: string;
  readonly catalogue: RuleBook;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly endpoints: readonly Endpoint[];
  readonly findings: readonly Finding[];
  readonly coverage: Coverage;
  readonly troubles: readonly Trouble[];
}

/** The one versioned document; everything a reporter needs is in it. */
export function resultDocument(parts: DocumentParts): ResultDocument {
  const { catalogue } = parts;
  return {
    schema: RESULT_SCHEMA,
    tool: { name: 'postern', version: PROGRAM_VERSION, catalogue: catalogue.digest },
    command: parts.command,
    startedAt: parts.startedAt.toISOString(),
    finishedAt: parts.finishedAt.toISOString(),
    endpoints: parts.endpoints,
    findings: parts.findings,
    coverage: parts.coverage,
    troubles: parts.troubles,
    rules: catalogue.rules.map(
      ({ id, subject, title, severity, confidence, why, fix, cwe, references }): RuleSummary => ({
        id,
        subject,
        title,
        severity,
        confidence,
        why,
        fix,
        cwe,
        references,
      }),
    ),
  };
}
