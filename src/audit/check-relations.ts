import type { ObservedListener } from '../host/observed.ts';
import { judgedDrift, judgedExposure } from '../judge/host-subject.ts';
import type { JudgedSubject } from '../judge/judge-subjects.ts';
import type { Declared } from '../model/declared.ts';
import type { AgeDrift } from '../model/drift.ts';
import type { Exposure, FirewallState } from '../model/host.ts';
import type { AuthSetting } from '../model/process-settings.ts';
import type { Catalogue, Service } from '../model/service.ts';
import { bindDrifts, declaredDrifts, keyDrifts } from '../relate/drift.ts';
import type { Door } from '../relate/exposure.ts';

export interface HostRelations {
  readonly exposures: readonly Exposure[];
  readonly doors: readonly Door[];
  readonly listeners: readonly ObservedListener[];
  readonly ages: readonly AgeDrift[];
  readonly firewall: FirewallState;
  /** What configuration files declare. */
  readonly facts: readonly Declared[];
}

/** Everything that relates what runs, what it was told and what it answers. */
export function judgedRelations(host: HostRelations, { services }: Pick<Catalogue, 'services'>): JudgedSubject[] {
  const { exposures, doors, listeners, ages, firewall, facts } = host;
  return [
    ...exposures.map((exposure) => {
      const service = services.find(({ id }) => id === exposure.service.id);
      return judgedExposure(exposure, keyState(service, exposure.port, listeners), firewall.managers);
    }),
    ...[
      ...bindDrifts(doors, listeners),
      ...keyDrifts(doors, listeners),
      ...declaredDrifts(facts, exposures),
      ...ages,
    ].map(judgedDrift),
  ];
}

function keyState(service: Service | undefined, port: number, listeners: readonly ObservedListener[]): AuthSetting {
  const settings = listeners.find((one) => one.port === port && one.settings !== null)?.settings;
  if (settings && settings.auth.state !== 'unknown') return settings.auth.state;
  return service?.auth.builtin === 'none' ? 'impossible' : 'unknown';
}
