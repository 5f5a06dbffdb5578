import type { Door } from '../model/auth.ts';
import type { Edit } from '../model/edit.ts';
import type { Endpoint, Evidence } from '../model/endpoint.ts';
import type { Finding } from '../model/finding.ts';
import type { ResultDocument, RuleSummary } from '../model/result.ts';
import type {
  AuthJson,
  DoorJson,
  EditJson,
  EndpointJson,
  EvidenceJson,
  FindingJson,
  ResultJson,
  RuleJson,
} from './contract.ts';

/*
 * From the public document back to the model. What the schema does not require may be missing from a document of
 * another version; it gets the value that says least.
 */

type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

type SavedEvidence = Optional<EvidenceJson, 'about'>;

type SavedEndpoint = Optional<
  Omit<EndpointJson, 'auth' | 'service' | 'advisories' | 'evidence'>,
  | 'speech'
  | 'basePath'
  | 'cors'
  | 'hostCheck'
  | 'conditions'
  | 'intermediaries'
  | 'tls'
  | 'siblings'
  | 'requests'
  | 'connections'
  | 'notes'
> & {
  readonly auth: Optional<Omit<AuthJson, 'doors'>, never> & {
    readonly doors?: readonly Optional<DoorJson, 'side' | 'standsFor'>[];
  };
  readonly service: Optional<NonNullable<EndpointJson['service']>, 'kind'> | null;
  readonly advisories?: readonly Optional<EndpointJson['advisories'][number], 'affected' | 'fixed'>[];
  readonly evidence?: readonly SavedEvidence[];
};

type SavedFinding = Optional<Omit<FindingJson, 'evidence'>, 'fix'> & { readonly evidence: readonly SavedEvidence[] };

/** What the schema promises of a saved document. */
export type SavedResult = Omit<ResultJson, 'tool' | 'endpoints' | 'findings' | 'rules'> & {
  readonly tool?: Optional<ResultJson['tool'], 'catalogue'>;
  readonly endpoints: readonly SavedEndpoint[];
  readonly findings: readonly SavedFinding[];
  readonly rules?: readonly Optional<RuleJson, 'why' | 'fix' | 'cwe' | 'references'>[];
};

export function fromContract(saved: SavedResult): ResultDocument {
  const { tool, rules = [] } = saved;
  return {
    ...saved,
    tool: { name: 'postern', version: tool?.version ?? 'unknown', catalogue: tool?.catalogue ?? '' },
    endpoints: saved.endpoints.map(endpoint),
    findings: saved.findings.map(finding),
    rules: rules.map((rule): RuleSummary => ({ why: '', fix: '', cwe: [], references: [], ...rule })),
  };
}

function endpoint(saved: SavedEndpoint): Endpoint {
  const { auth, service, advisories = [], evidence: shown = [] } = saved;
  return {
    speech: 'http',
    basePath: '',
    cors: 'unknown',
    hostCheck: 'unknown',
    conditions: [],
    intermediaries: [],
    tls: null,
    siblings: [],
    requests: 0,
    connections: 0,
    notes: [],
    ...saved,
    service: service && { kind: 'other', ...service },
    auth: { ...auth, doors: (auth.doors ?? []).map((door): Door => ({ side: false, standsFor: [], ...door })) },
    advisories: advisories.map((advisory) => ({ affected: 'unknown', fixed: null, ...advisory })),
    evidence: shown.map(evidence),
  };
}

function finding({ edits, ...saved }: SavedFinding): Finding {
  const kept = { fix: '', ...saved, evidence: saved.evidence.map(evidence) };
  return edits === undefined ? kept : { ...kept, edits: edits.map(edit) };
}

function edit({ file, start, end, insert, safety, title }: EditJson): Edit {
  return { span: { file, start, end }, insert, safety, title };
}

function evidence(saved: SavedEvidence): Evidence {
  return { about: 'identity', ...saved };
}
