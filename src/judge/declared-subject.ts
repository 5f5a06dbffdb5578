import type { Declared, DeclaredFact } from '../model/declared.ts';
import type { SubjectKind } from '../model/rule.ts';
import type { JudgedSubject } from './judge-subjects.ts';
import { endpointSubject, type Subject } from './subject.ts';
import { known } from './tls-subject.ts';

/** A declared fact as rules see it. */
export function judgedDeclared(fact: Declared): JudgedSubject {
  const common = { origin: 'declared', place: placeOf(fact), example: fact.example };
  return {
    kind: KIND[fact.kind],
    subject: { ...common, ...valuesOf(fact) },
    location: fact.location,
    identity: fact.identity,
    confidence: fact.confidence,
    evidence: [],
    related: fact.chain,
    examined: true,
    fix: fact.advice,
    edits: fact.edits,
  };
}

const KIND = {
  endpoint: 'endpoint',
  route: 'relation',
  setting: 'setting',
  credential: 'credential',
  client: 'client',
  keyfile: 'keyfile',
  'server-tls': 'tls',
} as const satisfies Record<Declared['kind'], SubjectKind>;

function valuesOf(fact: Declared): Subject {
  switch (fact.kind) {
    case 'endpoint': {
      const { endpoint, way, lack, switchedOff, knownPassword } = fact;
      return { ...endpointSubject(endpoint), way, lack, switchedOff, knownPassword };
    }
    case 'route':
    case 'setting':
    case 'credential':
    case 'client':
    case 'keyfile':
      return known(own(fact));
    case 'server-tls':
      return known({
        ...own(fact),
        works: true,
        obsoleteList: fact.obsolete.join(', ') || undefined,
        broken: fact.obsolete.filter((version) => version.startsWith('SSL')),
        weakList: fact.weak.join('; ') || undefined,
        severe: fact.severe ? fact.weak : [],
      });
  }
}

/** Without where it stands: that is no part of what is judged. */
function own(fact: Declared): Record<string, unknown> {
  const { location, chain, identity, confidence, edits, advice, example, kind, ...rest } = fact;
  return rest;
}

function placeOf({ location }: DeclaredFact): string {
  return `${location.file ?? '?'}:${location.line ?? 1}`;
}
