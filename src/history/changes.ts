import type { Change } from '../model/diff.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Finding, FindingState } from '../model/finding.ts';

type Field = Change['field'];

export function endpointChanges(before: Endpoint, after: Endpoint): Change[] {
  return [
    ...change('service', before.service?.name ?? null, after.service?.name ?? null),
    ...change('version', before.service?.version ?? null, after.service?.version ?? null),
    ...change('auth', before.auth.overall, after.auth.overall),
    ...change('transport', before.transport, after.transport),
    ...change('reach', before.reach, after.reach),
    ...change('cors', before.cors, after.cors),
    ...certificateChange(before, after),
  ];
}

/** A renewed certificate is another one even when its names are the same. */
function certificateChange(before: Endpoint, after: Endpoint): Change[] {
  const old = before.tls?.certificate ?? null;
  const now = after.tls?.certificate ?? null;
  if (old?.fingerprint === now?.fingerprint) return [];
  return [{ field: 'certificate', before: endOf(old?.notAfter), after: endOf(now?.notAfter) }];
}

function endOf(notAfter: string | undefined): string | null {
  return notAfter === undefined ? null : `valid to ${notAfter}`;
}

export function findingChanges(before: Finding, after: Finding): Change[] {
  return [
    ...change('severity', before.severity, after.severity),
    ...change('state', lasting(before.state), lasting(after.state)),
  ];
}

/** Thresholds and baselines belong to a run, not to the finding; a suppression is somebody's word on it. */
function lasting(state: FindingState): string {
  return state === 'suppressed' ? 'suppressed' : 'current';
}

function change(field: Field, before: string | null, after: string | null): Change[] {
  return before === after ? [] : [{ field, before, after }];
}
