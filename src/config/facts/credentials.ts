import type { CredentialFact } from '../../model/declared.ts';
import type { Confidence } from '../../model/endpoint.ts';
import type { KnownCredentials } from '../../model/setting-table.ts';
import type { Span } from '../../model/span.ts';
import { leastSure } from '../deployment/door.ts';
import { exposureOf, type Graph } from '../deployment/graph.ts';
import type { RunningProcess } from '../deployment/running.ts';
import { known, type Value } from '../deployment/value.ts';
import type { CredentialFound } from '../services/credentials.ts';
import { judgeSecret } from '../services/secrets.ts';
import { isExample } from '../source/paths.ts';
import type { Places } from './place.ts';
import type { GivenVariable } from './variables.ts';

/** Credentials that services are known to take, where everybody knows what they hold. */
export function serviceCredentials(graph: Graph, places: Places): readonly CredentialFact[] {
  return graph.running.flatMap((running) => {
    const exposed = exposureOf(graph, running);
    return (running.view?.credentials ?? []).flatMap((found) => publicly(running, found, exposed, places));
  });
}

const PROTECTS = {
  login: 'It opens the service',
  signing: 'Sessions are signed with it: whoever knows it makes their own',
  encryption: 'What is stored is encrypted with it',
  peer: 'Other parts of the service are let in with it',
} as const;

function publicly(
  running: RunningProcess,
  { knob, setting, value }: CredentialFound,
  exposed: boolean | null,
  places: Places,
): readonly CredentialFact[] {
  // The service's own default matters where somebody can come and try it.
  if (value === null && !exposed) return [];
  const at = value === null ? (running.recognition?.because.span ?? running.process.span) : writtenAt(value);
  return [
    {
      ...BARE,
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
      example: running.process.example,
    },
  ];
}

const BARE = { kind: 'credential', edits: [], advice: '' } as const;

/** What variables hold that are called like secrets, whatever gets them. */
export function variableCredentials(
  given: readonly GivenVariable[],
  table: KnownCredentials,
  places: Places,
): readonly CredentialFact[] {
  return given.flatMap((one): readonly CredentialFact[] => {
    const { name, value } = one.variable;
    const text = known(value);
    const kind = text === undefined ? null : judgeSecret(name, text, table);
    const at = writtenAt(value);
    if (kind === null || (kind === 'hard-coded' && SECRETS_BELONG.test(at.file))) return [];
    const judged = QUALITIES[kind];
    return [
      {
        ...BARE,
        setting: name,
        service: one.running?.view?.service.name ?? one.running?.process.name ?? null,
        quality: judged.quality,
        protects: null,
        exposed: one.exposed,
        byDefault: value.kind === 'default',
        location: places.at(at),
        chain: at === value.span ? [] : places.chain([{ span: value.span, text: 'is used here' }], at),
        identity: ['credential', at.file, one.running?.process.name ?? '', name].join('\n'),
        confidence: one.example || isExample(at.file) ? 'low' : judged.confidence,
        example: one.example || isExample(at.file),
      },
    ];
  });
}

/** A `.env` is where secrets belong, as long as it stays out of the repository: that is another question. */
const SECRETS_BELONG = /(?:^|\/)[\w.-]*\.env(?:\.[\w.-]+)?$/;

const QUALITIES = {
  default: { quality: 'default', confidence: 'high' },
  placeholder: { quality: 'default', confidence: 'high' },
  weak: { quality: 'weak', confidence: 'medium' },
  'hard-coded': { quality: 'hard-coded', confidence: 'medium' },
} as const satisfies Record<string, { quality: CredentialFact['quality']; confidence: Confidence }>;

/** Where somebody wrote it: the line of `.env` rather than the `${}` that brings it in. */
export function writtenAt(value: Value): Span {
  return value.kind === 'explicit' ? (value.via[0] ?? value.span) : value.span;
}
