import type { Confidence, EvidenceKind } from './endpoint.ts';
import type { PolicyField } from './policy.ts';
import type { RuleSetting } from './postern-config.ts';

/** From least to most urgent. */
export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const SUBJECT_KINDS = [
  'endpoint',
  'tls',
  'certificate',
  'keyfile',
  'client',
  'credential',
  'setting',
  'relation',
  'expectation',
] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** A JSON Schema (2020-12) in the closed keyword subset of `rules/schema/rule.schema.json`. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** A schema with the name under which its compiled validator is found. */
export interface Predicate {
  readonly key: string;
  readonly schema: JsonSchema;
}

export interface RuleAdjustment {
  readonly when: Predicate;
  readonly severity?: Severity;
  readonly confidence?: Confidence;
  /** Hygiene there. */
  readonly pedantic?: boolean;
}

export interface Rule {
  readonly id: string;
  readonly subject: SubjectKind;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** Dotted fields that must be known; otherwise the verdict is `unknown`. */
  readonly needs: readonly string[];
  /** The failing state. */
  readonly when: Predicate;
  /** The failing state where missing fields are taken for anything: matches, but `when` does not: undecided. */
  readonly possible: Predicate;
  readonly adjust: readonly RuleAdjustment[];
  /** Template over the subject: `{service.name}`. */
  readonly message: string;
  readonly why: string;
  readonly fix: string;
  /** The service's own fixes are added. */
  readonly fixInService: boolean;
  /** Fields of a policy row that agree to what the rule finds. */
  readonly settledBy: readonly PolicyField[];
  /** Which of a subject's evidence speaks for the finding; all of it when empty. */
  readonly evidence: readonly EvidenceKind[];
  readonly cwe: readonly number[];
  readonly references: readonly string[];
  /** Hygiene: judged only when somebody asks for everything. */
  readonly pedantic: boolean;
  /** What is different where the subject was read from files. */
  readonly declared: { readonly message?: string; readonly severity?: Severity; readonly pedantic?: boolean };
}

/** What facts are held against. Enough for whoever recognises no service by its answers. */
export interface RuleBook {
  readonly rules: readonly Rule[];
  /** SHA-256 over everything the catalogue was made from, lower-case hex. */
  readonly digest: string;
  /** What the user says of rules, by id. */
  readonly settings?: Readonly<Record<string, RuleSetting>>;
  /** Runs a predicate. Built-in ones are compiled ahead of time; `--rules` ones on first use. */
  matches(predicate: Predicate, subject: unknown): boolean;
}
