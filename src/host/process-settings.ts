import type { ProcessSetting, ProcessSettings } from '../model/process-settings.ts';
import type { Service } from '../model/service.ts';
import { deploymentOf, type Knob } from './knobs.ts';

export function settingsOf(
  service: Service,
  argv: readonly string[],
  variables: ReadonlyMap<string, string> | null,
): ProcessSettings {
  const { bind, port, auth, tls } = deploymentOf(service);
  const read = (knob: Knob): ProcessSetting | null => flagOf(knob, argv) ?? variableOf(knob, variables);
  const bound = read(bind);
  return {
    bind: bound && { ...bound, value: hostOf(bound.value) },
    port: read(port),
    auth: authOf(auth, argv, variables),
    complete: variables !== null,
    keyFiles: tls
      .flatMap((knob) => [
        ...settingsWith(knob.flags, (name) => flagOf({ flags: [name] }, argv)),
        ...settingsWith(knob.env, (name) => variableOf({ env: [name] }, variables)),
      ])
      .filter(({ value }) => value.startsWith('/'))
      .map(({ value, by }) => ({ path: value, by })),
  };
}

function settingsWith(names: readonly string[], read: (name: string) => ProcessSetting | null): ProcessSetting[] {
  return names.filter((name) => /key|cert/i.test(name)).flatMap((name) => read(name) ?? []);
}

function flagOf({ flags }: Pick<Knob, 'flags'>, argv: readonly string[]): ProcessSetting | null {
  for (const flag of flags) {
    const at = argv.indexOf(flag);
    const next = argv[at + 1];
    if (at >= 0 && next !== undefined && !next.startsWith('--')) return { value: next, by: flag };
    const joined = argv.find((argument) => argument.startsWith(`${flag}=`));
    if (joined !== undefined) return { value: joined.slice(flag.length + 1), by: flag };
  }
  return null;
}

function variableOf({ env }: Pick<Knob, 'env'>, variables: ReadonlyMap<string, string> | null): ProcessSetting | null {
  for (const name of env) {
    const value = variables?.get(name);
    if (value !== undefined && value !== '') return { value, by: name };
  }
  return null;
}

function authOf(
  knobs: readonly Knob[],
  argv: readonly string[],
  variables: ReadonlyMap<string, string> | null,
): ProcessSettings['auth'] {
  const off = knobs.flatMap((knob) => knob.off).find((setting) => isGiven(setting, argv, variables));
  if (off !== undefined) return { state: 'off', by: off, covers: null };
  for (const knob of knobs) {
    const found = flagOf(knob, argv) ?? variableOf(knob, variables);
    // A switch such as WEBUI_AUTH=true is no key.
    if (found && found.value !== '' && !/^(?:true|1|yes|on|none|null)$/i.test(found.value))
      return { state: 'set', by: found.by, covers: knob.covers };
  }
  return null;
}

/** `NAME=value`, `--flag` or `--flag=value`, as service files write them. */
function isGiven(setting: string, argv: readonly string[], variables: ReadonlyMap<string, string> | null): boolean {
  const equals = setting.indexOf('=');
  if (setting.startsWith('-')) return argv.includes(setting);
  return equals > 0 && variables?.get(setting.slice(0, equals)) === setting.slice(equals + 1);
}

/** The host of `host`, `host:port`, `:port`, `[v6]:port` or a URL; a port alone means every interface. */
export function hostOf(value: string): string {
  const bare = value
    .trim()
    .replace(/^["']|["']$/g, '')
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/\/.*$/, '');
  const bracketed = /^\[([^\]]*)\]/.exec(bare)?.[1];
  if (bracketed !== undefined) return bracketed === '' ? '::' : bracketed;
  if (bare.split(':').length > 2) return bare;
  const host = bare.replace(/:\d*$/, '');
  return host === '' || host === '*' ? '0.0.0.0' : host;
}
