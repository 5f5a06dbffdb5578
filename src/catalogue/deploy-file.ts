import type {
  AuthKnobs,
  CommandPattern,
  Condition,
  CorsKnobs,
  CredentialKnob,
  Deploy,
  Deployable,
  Guard,
  ImagePattern,
  IneffectiveSetting,
  Naming,
  NotedCondition,
  OtherListener,
  RegistrationKnobs,
  TlsKnobs,
} from '../model/deploy.ts';
import type { VersionRange } from '../model/service.ts';
import { UsageError } from '../model/trouble.ts';
import { type PlainDefault, perPackaging, readKnob, type WrittenKnob } from './knob-file.ts';
import type { WrittenService } from './service-file.ts';
import { readSettingName, readSettingTest } from './setting-test.ts';

/*
 * `deploy` of a service file as written (rules/schema/service.schema.json has already been held against it) becomes a
 * `Deploy`: shorthand spelled out, questions about settings parsed, defaults filled in.
 */

type WrittenNeeds = readonly (string | readonly string[])[];

interface WrittenWhen {
  /** One is enough. */
  readonly when?: string | readonly string[];
  /** All of them; a list inside means one of these. */
  readonly needs?: WrittenNeeds;
}

type WrittenNoted = WrittenWhen &
  VersionRange & { readonly setting?: string; readonly unless?: string | readonly string[]; readonly why: string };

interface WrittenAuth {
  readonly default: AuthKnobs['default']['binary'];
  readonly 'in-image'?: AuthKnobs['default']['binary'];
  readonly presumed?: true;
  readonly why?: string;
  readonly guards?: readonly (WrittenWhen &
    VersionRange & {
      readonly covers?: Guard['covers'];
      readonly 'leaves-open'?: string;
      readonly kind?: string;
      readonly aside?: readonly string[];
    })[];
  readonly off?: readonly WrittenNoted[];
  readonly 'leaves-open'?: string;
  readonly earlier?: readonly (Omit<WrittenAuth, 'earlier'> & { readonly until: string })[];
}

interface WrittenOtherListener extends WrittenKnob, WrittenWhen {
  readonly port: number | null;
  readonly what: string;
  readonly role?: OtherListener['role'];
  readonly bind?: WrittenKnob;
  readonly auth?: 'same' | 'none' | 'unknown' | WrittenAuth;
  readonly transport?: Deploy['transport'];
}

export interface WrittenDeploy {
  readonly images?: readonly (
    | string
    | {
        readonly image: string;
        readonly entrypoint?: readonly string[];
        readonly command?: readonly string[];
        readonly env?: Readonly<Record<string, string>>;
      }
  )[];
  readonly names?: readonly string[];
  readonly commands?: readonly (
    | string
    | { readonly command: string; readonly near?: readonly string[]; readonly serves?: boolean }
  )[];
  readonly processes?: readonly string[];
  readonly charts?: readonly string[];
  readonly 'config-files'?: readonly string[];
  readonly 'config-keys'?: readonly string[];
  readonly variables?: readonly string[];
  readonly 'argument-variables'?: readonly string[];
  readonly transport?: Deploy['transport'];
  readonly bind?: WrittenKnob;
  readonly port?: WrittenKnob;
  readonly 'base-path'?: WrittenKnob;
  readonly auth?: WrittenAuth;
  readonly tls?: WrittenWhen & { readonly default?: TlsKnobs['default']; readonly note?: string };
  readonly cors?: {
    readonly default?: CorsKnobs['default'];
    readonly permissive?: readonly (string | WrittenNoted)[];
    readonly restricted?: readonly (string | WrittenNoted)[];
  };
  readonly 'host-check'?: { readonly default?: Deploy['hostCheck']['default']; readonly off?: readonly WrittenNoted[] };
  readonly registration?: {
    readonly default: RegistrationKnobs['default'];
    readonly open?: readonly WrittenNoted[];
    readonly closed?: readonly WrittenNoted[];
  };
  readonly tunnel?: readonly WrittenNoted[];
  readonly dangerous?: readonly WrittenNoted[];
  readonly ineffective?: readonly (VersionRange & {
    readonly settings: readonly string[];
    readonly about: IneffectiveSetting['about'];
    readonly why: string;
  })[];
  readonly credentials?: readonly {
    readonly settings: readonly string[];
    readonly default?: PlainDefault;
    readonly known?: readonly PlainDefault[];
    readonly role: CredentialKnob['role'];
    readonly user?: string;
  }[];
  readonly 'other-listeners'?: readonly WrittenOtherListener[];
  readonly notes?: readonly string[];
}

/** Null where the file says nothing of running it. @throws UsageError on contradictions that a schema cannot say. */
export function readDeployable(written: WrittenService): Deployable | null {
  const { id, name, kind, summary, fix, deploy } = written;
  return deploy ? { id, name, kind, summary, fix, naming: readNaming(deploy), deploy: readDeploy(deploy) } : null;
}

function readNaming({ images = [], names = [], commands = [], variables = [] }: WrittenDeploy): Naming {
  return {
    images: images.map(readImage),
    names: names.map((name) => name.toLowerCase()),
    commands: commands.map(readCommand),
    variables,
  };
}

function readDeploy(written: WrittenDeploy): Deploy {
  const hostCheck = written['host-check'];
  return {
    processes: written.processes ?? [],
    charts: written.charts ?? [],
    configFiles: written['config-files'] ?? [],
    configKeys: written['config-keys'] ?? [],
    argumentVariables: written['argument-variables'] ?? [],
    transport: written.transport ?? 'http',
    bind: readKnob(written.bind ?? {}),
    port: readKnob(written.port ?? {}),
    basePath: written['base-path'] ? readKnob(written['base-path']) : null,
    auth: readAuth(written.auth ?? { default: 'unknown' }),
    tls: readTls(written.tls),
    cors: {
      default: written.cors?.default ?? 'unknown',
      permissive: (written.cors?.permissive ?? []).map(originNote),
      restricted: (written.cors?.restricted ?? []).map(originNote),
    },
    hostCheck: { default: hostCheck?.default ?? 'unknown', off: (hostCheck?.off ?? []).map(readNoted) },
    registration: {
      default: written.registration?.default ?? 'unknown',
      open: (written.registration?.open ?? []).map(readNoted),
      closed: (written.registration?.closed ?? []).map(readNoted),
    },
    tunnel: (written.tunnel ?? []).map(readNoted),
    dangerous: (written.dangerous ?? []).map(readNoted),
    ineffective: (written.ineffective ?? []).flatMap(({ settings, about, why, ...range }) =>
      settings.map((setting): IneffectiveSetting => ({ test: readSettingTest(setting), about, why, ...range })),
    ),
    credentials: (written.credentials ?? []).map(
      (entry): CredentialKnob => ({
        settings: entry.settings.map(readSettingName),
        default: entry.default === undefined || entry.default === null ? null : String(entry.default),
        known: (entry.known ?? []).map(String),
        role: entry.role,
        user: entry.user ?? null,
      }),
    ),
    others: (written['other-listeners'] ?? []).map(readOther),
    notes: written.notes ?? [],
  };
}

function readImage(written: NonNullable<WrittenDeploy['images']>[number]): ImagePattern {
  const entry = typeof written === 'string' ? { image: written } : written;
  const [, repository = '', tag] = /^(.+?)(?::([^/:]+))?$/.exec(entry.image) ?? [];
  return {
    repository: repository.toLowerCase(),
    tag: tag === undefined || tag === '*' ? null : tag.toLowerCase(),
    entrypoint: entry.entrypoint ?? null,
    command: entry.command ?? null,
    environment: entry.env ?? {},
  };
}

function readCommand(written: NonNullable<WrittenDeploy['commands']>[number]): CommandPattern {
  const entry = typeof written === 'string' ? { command: written } : written;
  return {
    words: entry.command.split(' '),
    near: (entry.near ?? []).map((word) => word.toLowerCase()),
    serves: entry.serves ?? true,
  };
}

/** Null where nothing is asked. */
function readWhen({ when, needs }: WrittenWhen): Condition | null {
  if (when !== undefined && needs !== undefined) throw new UsageError('write `when` or `needs`, not both');
  if (when !== undefined) return [[when].flat().map(readSettingTest)];
  return needs ? needs.map((group) => [group].flat().map(readSettingTest)) : null;
}

function required(written: WrittenWhen, what: string): Condition {
  const when = readWhen(written);
  if (!when) throw new UsageError(`${what}: \`when\` or \`needs\` is missing`);
  return when;
}

function rangeOf({ since, until }: VersionRange): VersionRange {
  return { ...(since ? { since } : {}), ...(until ? { until } : {}) };
}

function readNoted(written: WrittenNoted): NotedCondition {
  const when = written.setting === undefined ? required(written, written.why) : [[readSettingTest(written.setting)]];
  const unless = written.unless === undefined ? [] : [written.unless].flat().map(readSettingTest);
  return { when, unless, why: written.why, ...rangeOf(written) };
}

function originNote(written: string | WrittenNoted): NotedCondition {
  return typeof written === 'string' ? { when: [[readSettingTest(written)]], unless: [], why: '' } : readNoted(written);
}

function readAuth(written: WrittenAuth): AuthKnobs {
  return {
    default: perPackaging(written.default, written['in-image']),
    presumed: written.presumed ?? false,
    ...(written.why ? { why: written.why } : {}),
    guards: (written.guards ?? []).map(
      (guard): Guard => ({
        when: required(guard, 'auth.guards'),
        covers: guard.covers ?? 'all',
        ...(guard['leaves-open'] ? { leavesOpen: guard['leaves-open'] } : {}),
        ...(guard.kind ? { kind: guard.kind } : {}),
        aside: guard.aside ?? [],
        ...rangeOf(guard),
      }),
    ),
    off: (written.off ?? []).map(readNoted),
    ...(written['leaves-open'] ? { leavesOpen: written['leaves-open'] } : {}),
    earlier: (written.earlier ?? []).map(({ until, ...auth }) => ({ until, auth: readAuth(auth) })),
  };
}

function readTls(written: WrittenDeploy['tls']): TlsKnobs {
  return {
    when: written ? readWhen(written) : null,
    default: written?.default ?? 'off',
    ...(written?.note ? { note: written.note } : {}),
  };
}

function readOther(written: WrittenOtherListener): OtherListener {
  const { port, what, role, bind, auth, transport, when, needs, ...knob } = written;
  return {
    what,
    role: role ?? 'api',
    port: readKnob({ ...knob, default: port }),
    bind: bind ? readKnob(bind) : null,
    auth: typeof auth === 'object' ? readAuth(auth) : (auth ?? 'unknown'),
    when: readWhen({ ...(when ? { when } : {}), ...(needs ? { needs } : {}) }),
    transport: transport ?? 'http',
  };
}
