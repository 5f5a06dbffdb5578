import { judgeSubjects } from '../judge/judge-subjects.ts';
import { judgedSharedKey, judgedTwin } from '../judge/relation-subject.ts';
import { mergeDocuments } from '../merge/documents.ts';
import type { ResultDocument } from '../model/result.ts';
import type { Severity } from '../model/rule.ts';
import type { Catalogue } from '../model/service.ts';
import { plaintextTwins } from '../relate/plaintext-twin.ts';
import { relateSiblings } from '../relate/siblings.ts';
import { sharedKeys } from '../relate/tls.ts';

/** Merges results and judges what lies between their places: a key that two shards saw on two hosts is found here only. */
export function mergeResults(
  documents: readonly ResultDocument[],
  catalogue: Catalogue,
  failOn: Severity,
): ResultDocument {
  const merged = mergeDocuments(documents);
  const alone = merged.endpoints.map((endpoint) => ({ ...endpoint, siblings: [] }));
  const endpoints = relateSiblings(alone, catalogue.services);
  const between = [
    ...sharedKeys(merged.certificates ?? []).map(judgedSharedKey),
    ...plaintextTwins(endpoints).map(judgedTwin),
  ];
  const { findings } = judgeSubjects(between, catalogue, failOn);
  return { ...merged, endpoints, findings: [...merged.findings, ...findings] };
}
