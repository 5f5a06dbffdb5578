import type { Deploy, Deployable, Knob, OtherListener } from '../../model/deploy.ts';
import type { DeclaredProcess } from '../deployment/declarations.ts';
import type { Value } from '../deployment/value.ts';
import { type HostPort, parseAddress, type Reach, reachOf } from './address.ts';
import { type AuthPlace, type AuthView, authView } from './auth-view.ts';
import { ask, askAll, missingPart, type Noted, noted, rangeAnswer } from './condition.ts';
import { type CredentialFound, credentialsOf, type LoginFound, loginsOf } from './credentials.ts';
import { read, type Told } from './knob.ts';
import type { Recognition } from './recognise.ts';
import { type Release, releaseOfImage } from './release.ts';
import { type Found, Settings, type SettingsInput } from './settings.ts';

/*
 * What a recognised process does with what it is told: where it listens, what it asks of callers, which of its settings
 * do nothing. Facts only; pure.
 */

export type EvaluatedProcess = Pick<DeclaredProcess, 'args' | 'environment' | 'unseenEnvironment' | 'image' | 'span'>;

export interface ServiceListener {
  readonly main: boolean;
  readonly what: string;
  readonly role: OtherListener['role'];
  readonly transport: Deploy['transport'];
  readonly address: Told;
  readonly reach: Reach;
  readonly port: Told;
  readonly tls: 'on' | 'off' | 'unknown';
  readonly auth: AuthView;
}

export interface ServiceView {
  readonly service: Deployable;
  readonly release: Release;
  readonly listeners: readonly ServiceListener[];
  /** Of the main listener. */
  readonly auth: AuthView;
  readonly tls: { readonly state: 'on' | 'off' | 'unknown'; readonly found: readonly Found[] };
  readonly cors: { readonly state: 'any' | 'local' | 'none' | 'unknown'; readonly found: readonly Found[] };
  readonly registration: { readonly state: 'open' | 'closed' | 'claim' | 'unknown'; readonly found: readonly Found[] };
  readonly hostCheckOff: readonly Noted[];
  readonly tunnels: readonly Noted[];
  readonly dangerous: readonly Noted[];
  readonly ineffective: readonly { readonly about: string; readonly why: string; readonly found: Found }[];
  /** One half of a pair: `found` does nothing while all of `missing` is. */
  readonly incomplete: readonly {
    readonly about: 'auth' | 'tls';
    readonly found: readonly Found[];
    readonly missing: readonly string[];
  }[];
  readonly credentials: readonly CredentialFound[];
  readonly logins: readonly LoginFound[];
}

/** `config`: what its own settings files and its code say, and those that nobody has seen. */
export function evaluate(
  { service, argv, assignments, image, packaging, contained, reference }: Recognition,
  declared: EvaluatedProcess,
  config: Pick<SettingsInput, 'config' | 'unseenConfig'> = { config: [], unseenConfig: [] },
): ServiceView {
  const { deploy } = service;
  const built = (text: string): Value => ({
    kind: 'default',
    text,
    span: declared.image?.span ?? declared.span,
    via: [],
  });
  const own = [...(image?.entrypoint ?? []), ...(declared.args ? [] : (image?.command ?? []))].map(built);
  const settings = new Settings({
    ...config,
    argv: argv ?? [...(own.length > 0 ? own : [built('')]), ...(declared.args ?? [])],
    environment: [
      ...Object.entries(image?.environment ?? {}).map(([name, text]) => ({ name, value: built(text) })),
      ...declared.environment,
      // Closest to the program: `env A=b`, `A=b program`.
      ...assignments,
    ],
    unseenEnvironment: declared.unseenEnvironment,
    argumentVariables: deploy.argumentVariables,
  });
  const release = releaseOfImage(reference);
  const place: AuthPlace = { packaging, contained, release };
  const auth = authView(deploy.auth, settings, place);
  const tls = tlsOf(deploy, settings);
  const [main, ...more] = mainListeners(deploy, settings, packaging, auth, tls.state);
  return {
    service,
    release,
    auth,
    tls,
    listeners: [main, ...more, ...deploy.others.flatMap((other) => otherListener(other, main, settings, place))],
    cors: corsOf(deploy, settings, release),
    registration: registrationOf(deploy, settings, release),
    hostCheckOff: noted(settings, deploy.hostCheck.off, release),
    tunnels: noted(settings, deploy.tunnel, release),
    dangerous: noted(settings, deploy.dangerous, release),
    ineffective: deploy.ineffective.flatMap(({ test, about, why, ...range }) => {
      const { is, found } = ask(settings, test);
      return is === 'yes' && rangeAnswer(range, release) === 'yes'
        ? found.map((one) => ({ about, why, found: one }))
        : [];
    }),
    incomplete: [
      ...auth.halves.map((half) => ({ about: 'auth' as const, found: half.found, missing: names(half.missing) })),
      ...[deploy.tls.when ? missingPart(settings, deploy.tls.when) : null].flatMap((half) =>
        half ? [{ about: 'tls' as const, found: half.found, missing: names(half.missing) }] : [],
      ),
    ],
    credentials: credentialsOf(deploy.credentials, settings),
    logins: loginsOf(deploy.credentials, settings),
  };
}

function names(missing: readonly (readonly { readonly written: string }[])[]): string[] {
  return missing.map((group) => group.map(({ written }) => written).join(' or '));
}

function mainListeners(
  deploy: Deploy,
  settings: Settings,
  packaging: Recognition['packaging'],
  auth: AuthView,
  tls: ServiceListener['tls'],
): readonly [ServiceListener, ...ServiceListener[]] {
  const bind = read(deploy.bind, settings, packaging);
  const port = read(deploy.port, settings, packaging);
  const common = { main: true, what: 'the service', role: 'api', transport: deploy.transport, tls, auth } as const;
  if (deploy.bind.reads === 'plain' || bind.text === null) {
    return [{ ...common, address: bind, reach: bind.text === null ? 'unknown' : reachOf(bind.text), port }];
  }
  const [first, ...others] = addressesIn(deploy.bind, bind.text).map(({ host, port: inside }): ServiceListener => {
    const address = { ...bind, text: host === '' ? '0.0.0.0' : host };
    return {
      ...common,
      address,
      reach: reachOf(address.text),
      port: inside === null ? port : { ...bind, text: inside },
    };
  });
  return [first as ServiceListener, ...others.map((one) => ({ ...one, main: false, what: 'another listener' }))];
}

/** Never empty. */
function addressesIn({ reads }: Knob, text: string): readonly HostPort[] {
  return (reads === 'addresses' ? text.split(',') : [text]).map(parseAddress);
}

function otherListener(
  other: OtherListener,
  main: ServiceListener,
  settings: Settings,
  place: AuthPlace,
): ServiceListener[] {
  const { packaging } = place;
  if (other.when && askAll(settings, other.when).is === 'no') return [];
  const bind = other.bind ? read(other.bind, settings, packaging) : main.address;
  const told = read(other.port, settings, packaging);
  // What a service file gives as its port is no address.
  const inside =
    other.port.reads === 'plain' || told.text === null || /^\d+$/.test(told.text)
      ? [null]
      : addressesIn(other.port, told.text);
  const auth =
    other.auth === 'same'
      ? main.auth
      : typeof other.auth === 'object'
        ? authView(other.auth, settings, place)
        : fixedAuth(other.auth === 'none' ? 'off' : 'unknown');
  return inside.map((one) => ({
    main: false,
    what: other.what,
    role: other.role,
    transport: other.transport,
    address: bind,
    reach: bind.text === null ? 'unknown' : reachOf(bind.text),
    port: one ? { ...told, text: one.port } : told,
    tls: other.auth === 'same' ? main.tls : 'unknown',
    auth,
  }));
}

function fixedAuth(state: AuthView['state']): AuthView {
  return {
    state,
    because: [],
    presumed: false,
    switchedOff: false,
    leavesOpen: null,
    knobs: [],
    unless: [],
    halves: [],
  };
}

function tlsOf(deploy: Deploy, settings: Settings): ServiceView['tls'] {
  if (!deploy.tls.when) return { state: deploy.tls.default, found: [] };
  const { is, found } = askAll(settings, deploy.tls.when);
  return { state: is === 'yes' ? 'on' : is === 'unknown' ? 'unknown' : deploy.tls.default, found };
}

function corsOf(deploy: Deploy, settings: Settings, release: Release): ServiceView['cors'] {
  const [permissive] = noted(settings, deploy.cors.permissive, release);
  if (permissive) return { state: permissive.is === 'yes' ? 'any' : 'unknown', found: permissive.found };
  const [restricted] = noted(settings, deploy.cors.restricted, release);
  if (restricted) return { state: restricted.is === 'yes' ? 'none' : 'unknown', found: restricted.found };
  return { state: deploy.cors.default, found: [] };
}

function registrationOf(deploy: Deploy, settings: Settings, release: Release): ServiceView['registration'] {
  const said: readonly (readonly ['open' | 'closed', Noted | undefined])[] = [
    ['closed', noted(settings, deploy.registration.closed, release)[0]],
    ['open', noted(settings, deploy.registration.open, release)[0]],
  ];
  for (const [state, entry] of said) {
    if (entry) return { state: entry.is === 'yes' ? state : 'unknown', found: entry.found };
  }
  return { state: deploy.registration.default, found: [] };
}
