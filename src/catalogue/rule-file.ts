import type { Confidence, EvidenceKind } from '../model/endpoint.ts';
import type { JsonSchema, Rule, Severity, SubjectKind } from '../model/rule.ts';
import { desugarSchema, predicate } from './predicate.ts';

export interface WrittenRule {
  readonly id: string;
  readonly subject: SubjectKind;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly needs?: readonly string[];
  readonly when: JsonSchema;
  readonly adjust?: readonly {
    readonly when: JsonSchema;
    readonly severity?: Severity;
    readonly confidence?: Confidence;
    readonly pedantic?: boolean;
  }[];
  readonly message: string;
  readonly why: string;
  readonly fix: string;
  readonly 'fix-in-service'?: boolean;
  readonly 'settled-by'?: Rule['settledBy'];
  readonly evidence?: readonly EvidenceKind[];
  readonly cwe?: readonly number[];
  readonly references: readonly string[];
  readonly pedantic?: boolean;
  readonly declared?: Rule['declared'];
}

/** Turns a rule file (already held against its schema) into a `Rule`. */
export function readRule(written: WrittenRule): Rule {
  return {
    id: written.id,
    subject: written.subject,
    title: written.title,
    severity: written.severity,
    confidence: written.confidence,
    needs: written.needs ?? needsOf(written.when),
    when: predicate(desugarSchema(written.when) as JsonSchema),
    possible: predicate(desugarSchema(written.when, false) as JsonSchema),
    adjust: (written.adjust ?? []).map(({ when, ...change }) => ({
      ...change,
      when: predicate(desugarSchema(when) as JsonSchema),
    })),
    message: written.message.trim(),
    why: written.why.trim(),
    fix: written.fix.trim(),
    fixInService: written['fix-in-service'] ?? false,
    settledBy: written['settled-by'] ?? [],
    evidence: written.evidence ?? [],
    cwe: written.cwe ?? [],
    references: written.references,
    pedantic: written.pedantic ?? false,
    declared: written.declared ?? {},
  };
}

/** The dotted fields that a failing state names outside of alternatives and negations: the leaves of `properties`. */
function needsOf(schema: JsonSchema, path: readonly string[] = []): string[] {
  const properties = (schema.properties ?? {}) as Record<string, JsonSchema>;
  const leaves = Object.entries(properties).flatMap(([name, child]) => {
    const below = typeof child === 'object' ? needsOf(child, [...path, name]) : [];
    return below.length > 0 ? below : [[...path, name].join('.')];
  });
  const every = ((schema.allOf ?? []) as JsonSchema[]).flatMap((part) => needsOf(part, path));
  return [...new Set([...leaves, ...every])];
}
