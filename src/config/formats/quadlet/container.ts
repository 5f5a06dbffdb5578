import { bareProcess } from '../../deployment/collector.ts';
import type { DeclaredProcess, Mount, ProcessNetwork, Variable } from '../../deployment/declarations.ts';
import { unresolved, type Value } from '../../deployment/value.ts';
import { bareCommands } from '../../ini/command-line.ts';
import { type Unseen, unitEnvironment, valueAt } from '../../ini/environment.ts';
import type { IniEntry } from '../../ini/ini.ts';
import type { PlacedString } from '../../ini/placed-string.ts';
import { Settings } from '../../ini/settings.ts';
import { quotedWords } from '../../ini/words.ts';
import type { ReadContext } from '../format.ts';
import type { Unit } from '../systemd/unit.ts';
import { podmanOptions } from './podman-options.ts';

/** Whatever a `.container` file says of its container (podman-systemd.unit(5)). */
export interface Container {
  readonly process: DeclaredProcess;
  /** `PublishPort=` and `-p` in `PodmanArgs=`. */
  readonly ports: readonly PlacedString[];
}

export async function containerOf(unit: Unit, id: string, context: ReadContext): Promise<Container> {
  const settings = new Settings(unit.sections, 'Container');
  const files = settings.all('EnvironmentFile');
  const { variables, unseen } = await unitEnvironment(settings.all('Environment'), files, context);
  const options = podmanOptions(settings.all('PodmanArgs'));
  const secrets = secretVariables(settings.all('Secret'));
  const name = settings.last('ContainerName');
  const [image, user] = [settings.last('Image'), settings.last('User')];
  const exec = settings.last('Exec');
  const entrypoint = settings.last('Entrypoint');
  const args = exec ? bareCommands(exec.value, []).flatMap(({ argv }) => argv) : null;
  const program = entrypoint ? entrypointWords(entrypoint.value) : null;
  const fromHost: readonly Unseen[] = settings
    .all('EnvironmentHost')
    .filter(({ value }) => /^(1|yes|true|on)$/i.test(value.text))
    .map(({ span }) => ({ name: null, span }));
  const process: DeclaredProcess = {
    ...bareProcess(id, unit.name, unit.sections[0]?.span ?? { file: '', start: 0, end: 0 }),
    aliases: [...new Set([name?.value.text ?? `systemd-${unit.name}`, ...aliases(settings)])],
    ...(image ? { span: image.span, image: valueAt(image.value) } : {}),
    argv: program ? [...program, ...(args ?? [])] : null,
    args: program ? null : args,
    environment: [...variables, ...options.environment, ...secrets],
    unseenEnvironment: [...unseen, ...fromHost, ...options.unseen],
    network: networkOf(settings, options.networks),
    mounts: settings.all('Volume').map(mount),
    example: context.example,
    privileged: options.privileged,
    user: user ? valueAt(user.value) : null,
    directory: settings.last('WorkingDir')?.value.text,
  };
  return { process, ports: [...settings.all('PublishPort').map(({ value }) => value), ...options.ports] };
}

/** `Entrypoint=` is one program or a JSON list. */
function entrypointWords(value: PlacedString): readonly Value[] {
  const list = /^\[/.test(value.text) ? [...value.text.matchAll(/"((?:[^"\\]|\\.)*)"/g)] : [];
  if (list.length === 0) return quotedWords(value).map(({ text }) => valueAt(text));
  return list.map((match) => valueAt(value.slice(match.index + 1, match.index + 1 + (match[1] ?? '').length)));
}

function aliases(settings: Settings): readonly string[] {
  const named = settings.all('NetworkAlias').map(({ value }) => value.text);
  const inNetwork = settings.all('Network').flatMap(({ value }) => [...value.text.matchAll(/[:,]alias=([^,]+)/g)]);
  return [...named, ...inNetwork.map((match) => match[1] ?? '')];
}

export function networkOf(settings: Settings, more: readonly Value[]): ProcessNetwork {
  const pod = settings.last('Pod');
  if (pod) return { kind: 'shared', with: pod.value.text.replace(/\.pod$/, '') };
  const values = [...settings.all('Network').map(({ value }) => valueAt(value)), ...more];
  for (const value of values) {
    if (value.kind === 'unresolved') return { kind: 'unresolved', span: value.span };
    if (value.text === 'host') return { kind: 'host', span: value.span };
    if (value.text === 'none') return { kind: 'none' };
    const other = /^container:(.+)$/.exec(value.text) ?? /^(.+)\.container$/.exec(value.text);
    if (other?.[1]) return { kind: 'shared', with: other[1] };
  }
  const names = values.map(({ text }) => text.replace(/:.*$/, '').replace(/\.network$/, ''));
  return { kind: 'own', networks: names.filter((name) => !MODES.has(name)), internal: false };
}

/** Ways to make a network of one's own, and not the names of any. */
const MODES = new Set(['bridge', 'private', 'pasta', 'slirp4netns']);

/** `Secret=NAME,type=env,target=VARIABLE`: set for certain, to what nobody sees. */
function secretVariables(entries: readonly IniEntry[]): readonly Variable[] {
  return entries.flatMap(({ value }) => {
    const [name = '', ...options] = value.text.split(',');
    if (!options.includes('type=env')) return [];
    const target = options.find((option) => option.startsWith('target='))?.slice('target='.length);
    return [{ name: target ?? name, value: unresolved('', value.span, `it is the secret ${name}`) }];
  });
}

function mount({ value, span }: IniEntry): Mount {
  const parts = value.text.split(':');
  const colon = parts[0]?.length ?? 0;
  const source = valueAt(value.slice(0, colon));
  const end = colon + 1 + (parts[1]?.length ?? 0);
  const target = parts.length > 1 && end > colon + 1 ? valueAt(value.slice(colon + 1, end)) : null;
  return { source, target, readOnly: /(^|,)ro(,|$)/.test(parts[2] ?? ''), span };
}
