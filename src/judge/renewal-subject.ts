import type { JudgedSubject } from './judge-subjects.ts';
import { known } from './tls-subject.ts';

/** A certificate that an ACME client keeps. */
export interface KeptCertificate {
  readonly client: string;
  readonly certificate: string;
  /** ISO 8601. */
  readonly until: string;
  /** What runs the client; null: nothing does. */
  readonly scheduledBy: string | null | 'unknown';
}

export function judgedRenewal({ client, certificate, until, scheduledBy }: KeptCertificate): JudgedSubject {
  return {
    kind: 'relation',
    subject: known({
      relation: 'renewal',
      client,
      certificate,
      until: until.slice(0, 10),
      kept: true,
      scheduled: scheduledBy === 'unknown' ? undefined : scheduledBy !== null,
    }),
    location: { kind: 'file', file: certificate },
    identity: ['renewal', certificate].join('\n'),
    confidence: 'medium',
    evidence: [],
    related: [],
    examined: true,
  };
}
