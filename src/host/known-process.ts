import { bareProcess } from '../config/deployment/collector.ts';
import type { DeclaredProcess } from '../config/deployment/declarations.ts';
import { known, type Value } from '../config/deployment/value.ts';
import { evaluate, type ServiceView } from '../config/services/evaluate.ts';
import { recognise } from '../config/services/recognise.ts';
import type { Deployable } from '../model/deploy.ts';
import type { AuthSetting, ProcessSettings } from '../model/process-settings.ts';

/** What of a process tells which service it is. Raw: it stays inside `host/`. */
export interface ProcessTraits {
  readonly name: string;
  /** Empty: not known. */
  readonly argv: readonly string[];
  /** Null: could not be read. */
  readonly variables: ReadonlyMap<string, string> | null;
  readonly image: string | null;
  /** Ports it listens on. */
  readonly ports: readonly number[];
}

export interface KnownProcess {
  readonly service: string;
  readonly name: string;
  /** `runs `ollama serve``, `image `ollama/ollama``. */
  readonly by: string;
  readonly settings: ProcessSettings;
}

/** A running process is read like a declared one, so that file and machine agree on what it is and what it was told. */
export function knownProcess(traits: ProcessTraits, services: readonly Deployable[]): KnownProcess | null {
  // A script that starts with `#!` has its interpreter in front of it.
  const [interpreter = '', script = ''] = traits.argv;
  const readings = [
    traits.argv,
    ...(INTERPRETER.test(interpreter) && script.includes('/') ? [traits.argv.slice(1)] : []),
  ];
  for (const argv of readings) {
    const declared = asDeclared({ ...traits, argv });
    const recognition = recognise({ ...declared, ports: traits.image === null ? [] : traits.ports }, services);
    if (!recognition) continue;
    if (!recognition.serves) return null;
    const { service, because } = recognition;
    const settings = settingsOf(evaluate(recognition, declared));
    return { service: service.id, name: service.name, by: because.text, settings };
  }
  return byName(traits, services) ?? byVariable(traits, services);
}

const INTERPRETER = /(?:^|\/)(?:python[\d.]*|node|nodejs|bun|ruby|perl|bash|sh|dash)$/;
const NOTHING_TOLD: ProcessSettings = { bind: null, auth: { state: 'unknown', by: null }, keyFiles: [] };

/** Where only the name of the program is shown. */
function byName({ name, argv }: ProcessTraits, services: readonly Deployable[]): KnownProcess | null {
  const bare = name.replace(/\.exe$/i, '').toLowerCase();
  if (argv.length > 0 || bare === '') return null;
  const found = services.find(({ deploy }) => deploy.processes.some((one) => one.toLowerCase() === bare));
  return found ? { service: found.id, name: found.name, by: `called ${name}`, settings: NOTHING_TOLD } : null;
}

function asDeclared({ name, argv, variables, image }: ProcessTraits): DeclaredProcess {
  const here = { file: '', start: 0, end: 0 };
  return {
    ...bareProcess('', name.replace(/\.exe$/i, '').toLowerCase(), here),
    image: image === null ? null : valueFrom('image', image),
    argv: argv.length === 0 ? null : argv.map((text, i) => valueFrom(switchOf(argv, i), text)),
    environment: [...(variables ?? [])].map(([variable, text]) => ({
      name: variable,
      value: valueFrom(variable, text),
    })),
    unseenEnvironment: variables === null ? [{ name: null, span: here }] : [],
  };
}

/** Where a value comes from stands where the linter has the file. */
function valueFrom(source: string, text: string): Value {
  return { kind: 'explicit', text, span: { file: source, start: 0, end: text.length }, via: [] };
}

function switchOf(argv: readonly string[], at: number): string {
  const [own = '', before = ''] = [argv[at], argv[at - 1]];
  if (own.startsWith('-')) return own.split('=')[0] ?? own;
  return before.startsWith('-') ? before : 'command line';
}

function settingsOf(view: ServiceView): ProcessSettings {
  const main = view.listeners.find((listener) => listener.main);
  const { text = null, value = null } = main?.address ?? {};
  return {
    bind: text !== null && value !== null ? { value: text, by: value.span.file } : null,
    auth: { state: authState(view.auth), by: view.auth.because[0]?.text ?? null },
    keyFiles: view.tls.found.flatMap(({ setting, value: path }) => {
      const file = known(path);
      return file?.startsWith('/') ? [{ path: file, by: setting.name }] : [];
    }),
  };
}

function authState({ state, because, switchedOff, presumed, unless, knobs }: ServiceView['auth']): AuthSetting {
  switch (state) {
    case 'on':
      return because.length > 0 ? 'set' : 'default';
    case 'partial':
      return because.length > 0 ? 'set' : 'unknown';
    case 'off':
      if (switchedOff) return 'off';
      if (presumed || unless.length > 0) return 'unknown';
      return knobs.length > 0 ? 'unset' : 'impossible';
    case 'unknown':
      return 'unknown';
  }
}

/** Variables that many programs read. */
const COMMON_VARIABLE = /^(?:HOST|PORT|HOSTNAME|ADDRESS|API_KEY|APIKEY|LOG_LEVEL|[A-Z]+_ARGS)$/;

/** A program of somebody's own on the port of a service, with a variable that only that service reads. */
function byVariable({ variables, ports }: ProcessTraits, services: readonly Deployable[]): KnownProcess | null {
  if (variables === null) return null;
  for (const { id, name, deploy } of services) {
    const usual = deploy.port.default.binary;
    if (usual === null || !ports.map(String).includes(usual)) continue;
    const read = [...deploy.bind.sources, ...deploy.port.sources].filter(({ kind }) => kind === 'env');
    const found = read.find((source) => !COMMON_VARIABLE.test(source.name) && variables.has(source.name));
    if (!found) continue;
    return { service: id, name, by: `has ${found.name} and port ${usual}`, settings: NOTHING_TOLD };
  }
  return null;
}
