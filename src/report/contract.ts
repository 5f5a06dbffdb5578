import type { AuthScheme, ClassState, DoorState, OperationClass, OverallState } from '../model/auth.ts';
import type { EditSafety } from '../model/edit.ts';
import type { Condition, Confidence, CorsPolicy, EvidenceKind, HostCheck, Origin, Speech } from '../model/endpoint.ts';
import type { Transport } from '../model/exchange.ts';
import type { ExpectationCheck, ExpectationVerdict } from '../model/expectation.ts';
import type { FindingState } from '../model/finding.ts';
import type { PortState, RESULT_SCHEMA } from '../model/result.ts';
import type { Severity, SubjectKind } from '../model/rule.ts';
import type { Reach } from '../model/target.ts';
import type { HostReportJson } from './check/to-contract.ts';
import type { CertificateRecordJson, TlsEndpointJson } from './tls/to-contract.ts';

/*
 * The public result document, docs/schema/result-1.schema.json in TypeScript. Fields may be added; a field that is here
 * never changes its name, type or meaning under the same `schema`. It is apart from the model so that the model may change.
 */

export interface ResultJson {
  readonly schema: typeof RESULT_SCHEMA;
  readonly tool: { readonly name: 'postern'; readonly version: string; readonly catalogue: string };
  readonly command: string;
  readonly site?: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly endpoints: readonly EndpointJson[];
  /** Only in the result of `verify`, door by door, each in the order in which it was tried. */
  readonly expectations?: readonly ExpectationJson[];
  readonly findings: readonly FindingJson[];
  readonly coverage: CoverageJson;
  readonly troubles: readonly TroubleJson[];
  readonly rules: readonly RuleJson[];
  readonly tls?: readonly TlsEndpointJson[];
  readonly certificates?: readonly CertificateRecordJson[];
  readonly host?: HostReportJson;
  readonly resume?: { readonly request: unknown; readonly position: unknown };
}

export interface EndpointJson {
  readonly origin: Origin;
  readonly host: string | null;
  readonly address: string | null;
  readonly port: number | null;
  readonly url: string | null;
  readonly transport: Transport;
  readonly reach: Reach;
  readonly service: ServiceJson | null;
  readonly auth: AuthJson;
  readonly speech: Speech;
  readonly basePath: string;
  readonly cors: CorsPolicy;
  readonly hostCheck: HostCheck;
  readonly conditions: readonly Condition[];
  readonly advisories: readonly AdvisoryJson[];
  readonly intermediaries: readonly string[];
  readonly tls: TlsJson | null;
  readonly siblings: readonly string[];
  readonly evidence: readonly EvidenceJson[];
  readonly requests: number;
  readonly connections: number;
  readonly notes: readonly string[];
  readonly site?: string;
  readonly seenAt?: string;
  readonly superseded?: readonly EarlierSightJson[];
}

export interface EarlierSightJson {
  readonly at: string;
  readonly service: string | null;
  readonly version: string | null;
  readonly transport: Transport;
  readonly auth: OverallState;
}

export interface ServiceJson {
  readonly id: string;
  readonly name: string;
  readonly version: string | null;
  readonly confidence: Confidence;
  readonly kind: string;
}

export interface AuthJson {
  readonly overall: OverallState;
  readonly operations: Readonly<Record<OperationClass, ClassState>>;
  readonly schemes: readonly AuthScheme[];
  readonly doors: readonly DoorJson[];
}

export interface DoorJson {
  readonly class: OperationClass;
  readonly request: string;
  readonly status: number | null;
  readonly state: DoorState;
  readonly reason?: string;
  readonly side: boolean;
  readonly standsFor: readonly string[];
  readonly reveals?: string;
}

export interface AdvisoryJson {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly affected: string;
  readonly fixed: string | null;
}

export interface TlsJson {
  readonly protocol: string | null;
  readonly cipher: string | null;
  readonly authorized: boolean;
  readonly trustError: string | null;
  readonly certificate: CertificateJson | null;
}

export interface CertificateJson {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly notBefore: string;
  readonly notAfter: string;
  readonly selfSigned: boolean;
  readonly fingerprint: string;
}

export interface EvidenceJson {
  readonly request: string;
  readonly status: number | null;
  readonly shows: string;
  readonly about: EvidenceKind;
}

export interface ExpectationJson {
  readonly check: ExpectationCheck;
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly url: string;
  readonly reach: Reach;
  readonly service: { readonly id: string; readonly name: string } | null;
  readonly class: OperationClass | null;
  readonly request: string;
  readonly sent: string;
  readonly expected: 'refused' | 'accepted' | 'present' | 'absent';
  readonly got: 'refused' | 'accepted' | 'present' | 'absent' | 'unknown';
  readonly status: number | null;
  readonly verdict: ExpectationVerdict;
  readonly reason?: string;
  readonly side: boolean;
  readonly standsFor: readonly string[];
  readonly reveals?: string;
}

export interface LocationJson {
  readonly kind: 'endpoint' | 'file' | 'host';
  readonly site?: string;
  readonly host?: string;
  readonly port?: number;
  readonly url?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  readonly says?: string;
  readonly excerpt?: string;
}

export interface EditJson {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly insert: string;
  readonly safety: EditSafety;
  readonly title: string;
}

export interface FindingJson {
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly message: string;
  readonly location: LocationJson;
  readonly related: readonly LocationJson[];
  readonly evidence: readonly EvidenceJson[];
  readonly fix: string;
  readonly edits?: readonly EditJson[];
  readonly fingerprint: string;
  readonly state: FindingState;
  readonly suppression?: SuppressionJson;
  readonly firstSeen?: string;
}

export interface SuppressionJson {
  readonly kind: 'rule' | 'config' | 'comment';
  readonly reason: string;
  readonly at?: string;
  readonly expires?: string;
}

export interface FilesJson {
  readonly read: number;
  readonly byFormat: Readonly<Record<string, number>>;
  readonly processes: number;
  readonly services: number;
}

export interface CoverageJson {
  readonly addresses: number;
  readonly excludedAddresses: number;
  readonly ranges?: readonly { readonly first: string; readonly last: string }[];
  readonly ports: readonly number[];
  readonly probes: Readonly<Record<PortState, number>>;
  readonly http: number;
  readonly other: number;
  readonly silent: number;
  readonly requests: number;
  readonly connections: number;
  readonly undecided: readonly UndecidedJson[];
  readonly complete: boolean;
  readonly files?: FilesJson;
  readonly watched?: readonly { readonly address: string; readonly port: number; readonly state: PortState }[];
  readonly shard?: ShardJson;
  readonly parts?: readonly RunPartJson[];
}

export interface ShardJson {
  readonly index: number;
  readonly count: number;
  readonly scope: string;
}

export interface RunPartJson {
  readonly command: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly site?: string;
  readonly shard?: ShardJson;
  readonly addresses: number;
  readonly excludedAddresses: number;
  readonly ports: readonly number[];
  readonly probes: Readonly<Record<PortState, number>>;
  readonly requests: number;
  readonly connections: number;
  readonly complete: boolean;
}

export interface UndecidedJson {
  readonly rule: string;
  readonly location: LocationJson;
  readonly missing: readonly string[];
}

export interface TroubleJson {
  readonly kind: string;
  readonly where: string;
  readonly what: string;
}

export interface RuleJson {
  readonly id: string;
  readonly subject: SubjectKind;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly why: string;
  readonly fix: string;
  readonly cwe: readonly number[];
  readonly references: readonly string[];
}
