import type { CredentialFact } from '../../model/declared.ts';
import type { Span } from '../../model/span.ts';
import { leastSure } from '../deployment/door.ts';
import { type Graph, isExposed } from '../deployment/graph.ts';
import type { RunningProcess } from '../deployment/running.ts';
import type { Value } from '../deployment/value.ts';
import type { CredentialFound } from '../services/credentials.ts';
import type { Places } from './place.ts';

/** Credentials that everybody knows. */
export function credentialFacts(graph: Graph, places: Places): readonly CredentialFact[] {
  return graph.running.flatMap((running) => {
    const exposed = isExposed(graph, running);
    return (running.view?.credentials ?? []).flatMap((found) => known(running, found, exposed, places));
  });
}

const PROTECTS = {
  login: 'It opens the service',
  signing: 'Sessions are signed with it: whoever knows it makes their own',
  encryption: 'What is stored is encrypted with it',
  peer: 'Other parts of the service are let in with it',
} as const;

function known(
  running: RunningProcess,
  { knob, setting, value }: CredentialFound,
  exposed: boolean,
  places: Places,
): readonly CredentialFact[] {
  // The service's own default matters where somebody can come and try it.
  if (value === null && !exposed) return [];
  const at = value === null ? (running.recognition?.because.span ?? running.process.span) : writtenAt(value);
  return [
    {
      kind: 'credential',
      setting: setting.name,
      service: running.view?.service.name ?? null,
      quality: 'default',
      protects: PROTECTS[knob.role],
      exposed,
      byDefault: value === null || value.kind === 'default',
      location: places.at(at),
      chain: value === null ? [] : places.chain([{ span: value.span, text: 'is used here' }], at),
      identity: ['credential', running.process.id, setting.name].join('\n'),
      confidence: leastSure(running.recognition?.confidence ?? 'low', running.process.example ? 'low' : 'high'),
      edits: [],
      advice: '',
      example: running.process.example,
    },
  ];
}

/** Where somebody wrote it: the line of `.env` rather than the `${}` that brings it in. */
export function writtenAt(value: Value): Span {
  return value.kind === 'explicit' ? (value.via[0] ?? value.span) : value.span;
}
