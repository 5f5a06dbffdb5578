import type { Endpoint } from '../model/endpoint.ts';
import type { Location } from '../model/finding.ts';
import type { PlaintextTwin, SharedKey } from '../model/relation.ts';
import type { JudgedSubject } from './judge-subjects.ts';
import { known, placeOf } from './tls-subject.ts';

const PLACES_SHOWN = 4;

export function judgedSharedKey(shared: SharedKey): JudgedSubject {
  const places = [...new Set(shared.places.map(placeOf))];
  const more = places.length > PLACES_SHOWN ? ` and ${places.length - PLACES_SHOWN} more` : '';
  const [first, ...others] = shared.places.map(
    ({ site, host, port }): Location => ({ kind: 'endpoint', ...(site === undefined ? {} : { site }), host, port }),
  );
  return {
    kind: 'relation',
    subject: known({
      relation: 'shared-key',
      hosts: shared.hosts,
      places: `${places.slice(0, PLACES_SHOWN).join(', ')}${more}`,
      what: shared.severalCertificates ? 'key' : shared.wildcard ? 'wildcard certificate' : 'certificate',
    }),
    location: first ?? { kind: 'endpoint' },
    identity: `shared-key\n${shared.pin}`,
    confidence: 'high',
    evidence: [],
    related: others,
    examined: true,
  };
}

export function judgedTwin({ service, encrypted, plain }: PlaintextTwin): JudgedSubject {
  return {
    kind: 'relation',
    subject: known({
      relation: 'api-also-on-plaintext',
      service,
      place: placeOf(encrypted),
      other: placeOf(plain),
      reach: plain.reach,
    }),
    location: locate(plain),
    identity: ['api-also-on-plaintext', plain.host, plain.port, encrypted.port].join('\n'),
    confidence: plain.service?.confidence ?? 'medium',
    evidence: plain.evidence.slice(0, 2),
    related: [locate(encrypted)],
    examined: true,
  };
}

function locate({ site, host, port, url }: Endpoint): Location {
  return {
    kind: 'endpoint',
    ...(site === undefined ? {} : { site }),
    ...(host === null ? {} : { host }),
    ...(port === null ? {} : { port }),
    ...(url === null ? {} : { url }),
  };
}
