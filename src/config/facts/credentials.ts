import type { CredentialFact } from '../../model/declared.ts';
import type { Confidence } from '../../model/endpoint.ts';
import type { KnownCredentials } from '../../model/setting-table.ts';
import type { Span } from '../../model/span.ts';
import { leastSure } from '../deployment/door.ts';
import { type Graph, isExposed } from '../deployment/graph.ts';
import type { RunningProcess } from '../deployment/running.ts';
import { known, type Value } from '../deployment/value.ts';
import type { CredentialFound } from '../services/credentials.ts';
import { credentialKind } from '../services/known-values.ts';
import { isExample } from '../source/paths.ts';
import type { Places } from './place.ts';
import { looksSecret } from './secret-shape.ts';
import type { GivenVariable } from './variables.ts';

/** Credentials that services are known to take, where everybody knows what they hold. */
export function serviceCredentials(graph: Graph, places: Places): readonly CredentialFact[] {
  return graph.running.flatMap((running) => {
    const exposed = isExposed(graph, running);
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
  exposed: boolean,
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
    if (text === undefined || text === '' || !SECRET_NAME.test(name) || NO_SECRET_NAME.test(name)) return [];
    const judged = qualityOf(name, text, one, table);
    if (judged === null) return [];
    const at = writtenAt(value);
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

const SECRET_NAME =
  /(?:pass(?:word|wd|phrase)?|pwd|secret|token|salt|key|keys|credentials?|auth|dsn|_url|_uri|webhook)$/i;
/** Names that end so and hold none. */
const NO_SECRET_NAME =
  /(?:public|publishable|_id|max|min|num|count|limit|length|file|path|partition|primary|foreign|sort|cache|hot|monkey|turkey|tokenizer|enable|disable|require|use|has|allow|skip)_?\w*(?:key|keys|token|tokens|auth|secret|password)$|(?:^|_)(?:stop|eos|bos|pad)_token$/i;
/** Of somebody else's service: a made-up one opens nothing here. */
const CLIENT_NAME =
  /^(?:openai|anthropic|azure|google|gemini|groq|mistral|cohere|deepseek|together|replicate|hf|huggingface|huggingfacehub|hugging_face|aws|tavily|serpapi|serper|github|slack|discord|telegram|nvidia|ngc|wandb|openrouter|voyage|jina|firecrawl|elevenlabs|perplexity|xai|fireworks|cloudflare|gh)\w*(?:key|keys|token|secret)$/i;

interface Quality {
  readonly quality: CredentialFact['quality'];
  readonly confidence: Confidence;
}

function qualityOf(
  name: string,
  text: string,
  { variable: { value }, running }: GivenVariable,
  table: KnownCredentials,
): Quality | null {
  const isUrl = /_(?:url|uri)$|dsn$|webhook$/i.test(name) || text.includes('://');
  if (isUrl) return looksSecret(text) ? { quality: 'hard-coded', confidence: 'medium' } : null;
  const kind = credentialKind(text, table);
  if (kind === 'published') return { quality: 'default', confidence: 'high' };
  if (kind === 'stand-in' || kind === 'empty' || CLIENT_NAME.test(name)) {
    return kind === null && looksSecret(text) ? hardCoded(value) : null;
  }
  if (kind === 'placeholder') return { quality: 'default', confidence: 'high' };
  if (kind === 'common')
    return /key|auth$/i.test(name) && running === null ? null : { quality: 'weak', confidence: 'medium' };
  return looksSecret(text) ? hardCoded(value) : null;
}

/** A `.env` is where secrets belong, as long as it stays out of the repository: that is another question. */
function hardCoded(value: Value): Quality | null {
  return /(?:^|\/)[\w.-]*\.env(?:\.[\w.-]+)?$/.test(writtenAt(value).file)
    ? null
    : { quality: 'hard-coded', confidence: 'medium' };
}

/** Where somebody wrote it: the line of `.env` rather than the `${}` that brings it in. */
export function writtenAt(value: Value): Span {
  return value.kind === 'explicit' ? (value.via[0] ?? value.span) : value.span;
}
