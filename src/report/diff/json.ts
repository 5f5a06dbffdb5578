import type { DiffDocument, KnownReference } from '../../model/diff.ts';
import { jsonText } from '../json-text.ts';
import { endpointJson, findingJson } from '../to-contract.ts';

/** The public diff document, `postern/diff/1`; findings and endpoints are as in the result document. */
export function diffJson(diff: DiffDocument): string {
  const { findings, endpoints } = diff;
  const known = ({ finding, firstSeen, lastSeen }: KnownReference) => ({
    firstSeen,
    lastSeen,
    finding: findingJson(finding),
  });
  const document = {
    schema: diff.schema,
    old: diff.old,
    new: diff.new,
    findings: {
      appeared: findings.appeared.map(findingJson),
      fixed: findings.fixed.map((item) => ({ how: item.how, ...known(item) })),
      persisted: findings.persisted.map((item) => ({ changes: item.changes, ...known(item) })),
      unseen: findings.unseen.map((item) => ({ why: item.why, ...known(item) })),
    },
    endpoints: {
      appeared: endpoints.appeared.map(endpointJson),
      closed: endpoints.closed.map(({ endpoint, how }) => ({ how, endpoint: endpointJson(endpoint) })),
      changed: endpoints.changed.map(({ endpoint, changes }) => ({ changes, endpoint: endpointJson(endpoint) })),
      unseen: endpoints.unseen.map(({ endpoint, why }) => ({ why, endpoint: endpointJson(endpoint) })),
    },
  };
  return `${jsonText(document, 2)}\n`;
}
