import type { PolicyAnswer } from '../model/policy.ts';
import type { JudgedSubject } from './judge-subjects.ts';
import { known } from './tls-subject.ts';

const PLAIN = { kind: 'expectation', confidence: 'high', evidence: [], related: [], examined: true } as const;

/** What the policy wants of a door, and what it is, as rules see it. */
export function judgedPolicy(answer: PolicyAnswer): JudgedSubject {
  switch (answer.kind) {
    case 'unknown-service': {
      const { service, bound, port, reach } = answer;
      return {
        ...PLAIN,
        subject: known({ check: 'policy-row', service, bound: bound.join(', '), port, reach, known: false }),
        location: { kind: 'host', host: bound[0] ?? 'this host', port },
        identity: ['policy-row', service, port].join('\n'),
      };
    }
    case 'absent-service':
      return {
        ...PLAIN,
        confidence: 'medium',
        subject: known({ check: 'policy-presence', service: answer.service, runs: false }),
        location: { kind: 'host', host: 'this host' },
        identity: ['policy-presence', answer.service].join('\n'),
      };
    case 'wanted': {
      const { service, port, bound, field, wanted, got, held } = answer;
      const place = `${bound.join(', ')}, port ${port}`;
      return {
        ...PLAIN,
        subject: known({ check: 'policy', service, place, field, wanted, got, held: held ?? undefined }),
        location: { kind: 'host', host: bound[0] ?? 'this host', port },
        identity: ['policy', service, port, field].join('\n'),
      };
    }
  }
}
