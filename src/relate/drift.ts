import type { Declared } from '../model/declared.ts';
import type { BindDrift, DeclaredDrift, KeyDrift } from '../model/drift.ts';
import type { Exposure, Listener } from '../model/host.ts';
import type { ProcessSettings } from '../model/process-settings.ts';
import { widthOf } from '../model/target.ts';
import { isLoopback } from './binding.ts';
import type { Door } from './exposure.ts';

type Told = Listener & { readonly settings: ProcessSettings | null };

/** Doors whose process was told an address: whether the socket table agrees. A port in a container is its own matter. */
export function bindDrifts(doors: readonly Door[], listeners: readonly Told[]): BindDrift[] {
  return doors.flatMap(({ port, service }): BindDrift[] => {
    const here = listeners.filter((one) => one.port === port && one.kind === 'socket');
    const told = here.find(({ settings }) => settings?.bind)?.settings?.bind;
    if (!told || here.length === 0) return [];
    const listens = here.map(({ address }) => `${address.includes(':') ? `[${address}]` : address}:${port}`);
    const wider = isLocalName(told.value) && here.some(({ address }) => !isLoopback(address));
    return [{ kind: 'bind', service: service.name, port, told: told.value, by: told.by, listens, wider }];
  });
}

function isLocalName(value: string): boolean {
  return value === 'localhost' || isLoopback(value);
}

/** Doors that files declare, held against those that are there: for whom, and with or without credentials. */
export function declaredDrifts(facts: readonly Declared[], exposures: readonly Exposure[]): DeclaredDrift[] {
  const drifts = new Map<string, DeclaredDrift>();
  for (const fact of facts) {
    if (fact.kind !== 'endpoint' || fact.example) continue;
    const { service, port, reach, auth } = fact.endpoint;
    const named = exposures.filter((exposure) => exposure.service.id === service?.id);
    // One of several is told by its port; a single one may have moved.
    const there = named.find((exposure) => exposure.port === port) ?? (named.length === 1 ? named[0] : undefined);
    if (!there || reach === 'unknown') continue;
    const beyond = there.reach === 'lan' || there.reach === 'public';
    const [told, seen] = [reach === 'loopback', !beyond && there.bound.every(isLoopback)];
    const heard = there.answers.flatMap((answer) =>
      answer.auth === null || answer.auth === 'unknown' ? [] : [answer.auth],
    );
    const unlocked = auth.overall === 'guarded' && heard.includes('open');
    drifts.set(`${there.port}\n${fact.location.file}`, {
      kind: 'declared',
      service: there.service.name,
      port: there.port,
      location: fact.location,
      declared: `${told ? 'on loopback' : 'for the network'}${unlocked ? ', guarded' : ''}`,
      observed: `on ${there.bound.join(', ')}, port ${there.port}${unlocked ? ', open' : ''}`,
      differs: told !== seen || unlocked,
      wider: (told && !seen) || unlocked,
    });
  }
  return [...drifts.values()];
}

/** Doors whose process was given a key for everything: what they answer without one, from as far away as was asked. */
export function keyDrifts(doors: readonly Door[], listeners: readonly Told[]): KeyDrift[] {
  return doors.flatMap(({ port, service, answers }): KeyDrift[] => {
    const auth = listeners.find((one) => one.port === port && one.settings !== null)?.settings?.auth;
    if (auth?.state !== 'set') return [];
    const heard = answers.flatMap(({ endpoint }) =>
      endpoint?.service && endpoint.auth.overall !== 'unknown' ? [endpoint] : [],
    );
    const widest = [...heard].sort((a, b) => widthOf(b.reach) - widthOf(a.reach))[0] ?? null;
    return [
      {
        kind: 'key',
        service: service.name,
        port,
        by: auth.by ?? 'its settings',
        endpoint: widest,
        reach: widest?.reach ?? 'unknown',
      },
    ];
  });
}
