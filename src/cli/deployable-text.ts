import type { AuthKnobs, Condition, Deployable, Knob, SettingName } from '../model/deploy.ts';

type Section = readonly [title: string, lines: readonly string[]];

/** What deployment files are read for, in sections for people. A service that only files know has no other. */
export function deployableSections({ naming, deploy }: Deployable): readonly Section[] {
  const { auth } = deploy;
  const { binary, image } = auth.default;
  return [
    ['Recognised in files by', recognisedBy(naming, deploy)],
    [
      'Where it listens',
      [
        `${placeOf(deploy.bind, 'address')}, ${placeOf(deploy.port, 'port')}`,
        ...deploy.others.map(
          ({ port, what, auth: own }) =>
            `${placeOf(port, 'port')}: ${what}${own === 'none' ? ', without authentication' : ''}`,
        ),
      ],
    ],
    [
      'Authentication as files set it',
      [
        `with nothing set: ${binary}${image === binary ? '' : `, in its image ${image}`}${auth.why ? ` (${auth.why})` : ''}`,
        ...knobsOf(auth),
        ...auth.earlier.map(({ until, auth: before }) => `before ${until}: ${before.default.image}`),
      ],
    ],
    ['TLS as files set it', deploy.tls.when ? [spelled(deploy.tls.when)] : []],
    ['Settings that do nothing', deploy.ineffective.map(({ test, why }) => `${test.written}: ${why}`)],
    [
      'Settings that give too much',
      [...deploy.tunnel, ...deploy.dangerous].map(({ when, why }) => `${spelled(when)}: ${why}`),
    ],
    ['Credentials it takes', deploy.credentials.map(({ settings }) => settings.map(nameOf).join(' or '))],
  ];
}

function recognisedBy(
  { images, commands, names }: Deployable['naming'],
  { charts, configFiles }: Deployable['deploy'],
): readonly string[] {
  const kinds: readonly Section[] = [
    ['image', images.map(({ repository, tag }) => (tag === null ? repository : `${repository}:${tag}`))],
    ['command', commands.filter(({ serves }) => serves).map(({ words }) => words.join(' '))],
    ['name', names],
    ['chart', charts],
    ['settings in', configFiles],
  ];
  return kinds.flatMap(([kind, list]) => (list.length > 0 ? [`${kind} ${list.join(', ')}`] : []));
}

function placeOf({ sources, default: { binary, image } }: Knob, what: string): string {
  const values = binary === image ? binary : `${binary ?? 'none'} (in its image ${image ?? 'none'})`;
  return `${what} ${values ?? 'not known'}${sources.length > 0 ? `, or ${sources.map(nameOf).join(', ')}` : ''}`;
}

function knobsOf({ guards, off }: AuthKnobs): readonly string[] {
  return [
    ...guards.map(
      ({ when, covers }) => `locked by ${spelled(when)}${covers === 'all' ? '' : `, ${COVERS[covers]} only`}`,
    ),
    ...off.map(({ when, why }) => `opened by ${spelled(when)}: ${why}`),
  ];
}

const COVERS = { partial: 'a part', admin: 'administration' } as const;

function nameOf({ kind, name }: SettingName): string {
  return kind === 'config' ? `key ${name}` : name;
}

function spelled(condition: Condition): string {
  return condition.map((tests) => tests.map(({ written }) => written).join(' or ')).join(', and ');
}
