import type { CredentialFact } from '../../model/declared.ts';
import type { Confidence } from '../../model/endpoint.ts';
import type { KnownCredentials } from '../../model/setting-table.ts';
import type { Span } from '../../model/span.ts';
import { type Door, leastSure } from '../deployment/door.ts';
import { type Graph, isFar } from '../deployment/graph.ts';
import type { RunningProcess } from '../deployment/running.ts';
import { known, type Value } from '../deployment/value.ts';
import type { CredentialFound } from '../services/credentials.ts';
import { judgeLogin, judgeSecret, type SecretKind } from '../services/secrets.ts';
import { isExample } from '../source/paths.ts';
import type { Places } from './place.ts';
import { shownFiles } from './shown-files.ts';
import type { GivenVariable } from './variables.ts';

/** Credentials of known services: what everybody knows, what is guessed, and what is written down. */
export function serviceCredentials(graph: Graph, table: KnownCredentials, places: Places): readonly CredentialFact[] {
  // The first of each.
  const farDoors = new Map(
    graph.doors
      .filter(({ reach }) => isFar(reach))
      .toReversed()
      .map((door) => [door.running, door]),
  );
  const isShown = shownFiles(graph);
  return graph.running.flatMap((running) => {
    const { view } = running;
    if (!view) return [];
    const exposed = graph.exposed.get(running) ?? null;
    const door = farDoors.get(running);
    return [
      ...view.credentials.flatMap((found) => publicly(running, found, { exposed, door }, places)),
      // Where nothing asks for it, it keeps nobody out.
      ...(view.auth.state === 'off'
        ? []
        : view.logins.flatMap(({ setting, value }) => {
            const text = known(value);
            const kind = text === undefined ? null : judgeLogin(setting.name, text, table);
            const example = running.process.example || isShown(writtenAt(value).file);
            const given = { name: setting.name, value, running, exposed, example };
            return kind === null ? [] : judgedFact(kind, PROTECTS.login, given, places);
          })),
    ];
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
  { knob, setting, value, repeatsUser }: CredentialFound,
  { exposed, door }: { readonly exposed: boolean | null; readonly door: Door | undefined },
  places: Places,
): readonly CredentialFact[] {
  // The service's own default matters where somebody can come and try it; of a datastore's door that is told already.
  if (value === null && (!exposed || (door && running.view?.service.kind === 'datastore'))) return [];
  const named = running.recognition?.because;
  const whatItIs = named?.span ? [{ span: named.span, text: named.text }] : [];
  const at = value === null ? (door?.anchor ?? named?.span ?? running.process.span) : writtenAt(value);
  return [
    {
      ...BARE,
      setting: setting.name,
      service: running.view?.service.name ?? null,
      quality: repeatsUser ? 'weak' : 'default',
      serviceKind: running.view?.service.kind ?? null,
      unset: value === null,
      protects: PROTECTS[knob.role],
      exposed,
      neighboursOnly: isForNeighbours(running, exposed),
      byDefault: value === null || value.kind === 'default',
      location: places.at(at, undefined, known(value)),
      chain: places.chain(value === null ? whatItIs : [{ span: value.span, text: 'is used here' }], at, known(value)),
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
  return given.flatMap(({ variable: { name, value }, ...one }): readonly CredentialFact[] => {
    const text = known(value);
    const kind = text === undefined ? null : judgeSecret(name, text, table);
    return kind === null ? [] : judgedFact(kind, null, { name, value, ...one }, places);
  });
}

function judgedFact(
  kind: SecretKind,
  protects: string | null,
  { name, value, running, exposed, example }: Omit<GivenVariable, 'variable'> & GivenVariable['variable'],
  places: Places,
): readonly CredentialFact[] {
  const at = writtenAt(value);
  if (kind === 'hard-coded' && SECRETS_BELONG.test(at.file)) return [];
  const judged = QUALITIES[kind];
  // Of an example that is copied: somebody may edit the copy.
  const sure = isExample(at.file) ? leastSure(judged.confidence, 'medium') : judged.confidence;
  return [
    {
      ...BARE,
      setting: name,
      service: running?.view?.service.name ?? running?.process.name ?? null,
      quality: judged.quality,
      serviceKind: running?.view?.service.kind ?? null,
      unset: false,
      protects,
      exposed,
      neighboursOnly: isForNeighbours(running, exposed),
      byDefault: value.kind === 'default',
      location: places.at(at, undefined, known(value)),
      chain: at === value.span ? [] : places.chain([{ span: value.span, text: 'is used here' }], at, known(value)),
      identity: ['credential', at.file, running?.process.name ?? '', name].join('\n'),
      confidence: example ? 'low' : sure,
      example,
    },
  ];
}

function isForNeighbours(running: RunningProcess | null, exposed: boolean | null): boolean {
  return exposed === false && running?.view?.service.kind === 'datastore';
}

/** A `.env` is where secrets belong, as long as it stays out of the repository: that is another question. */
const SECRETS_BELONG = /(?:^|\/)[\w.-]*\.env(?:\.[\w.-]+)?$/;

const QUALITIES = {
  default: { quality: 'default', confidence: 'high' },
  placeholder: { quality: 'default', confidence: 'high' },
  weak: { quality: 'weak', confidence: 'medium' },
  'hard-coded': { quality: 'hard-coded', confidence: 'medium' },
} as const satisfies Record<SecretKind, { quality: CredentialFact['quality']; confidence: Confidence }>;

/** Where somebody wrote it: the line of `.env` rather than the `${}` that brings it in. */
export function writtenAt(value: Value): Span {
  return value.kind === 'explicit' ? (value.via[0] ?? value.span) : value.span;
}
