import type { Listener } from '../model/host.ts';
import type { ProcessSettings } from '../model/process-settings.ts';
import type { Container } from './container.ts';
import type { Firewall } from './firewall/firewall.ts';
import type { GatheredFiles } from './linux/gather-files.ts';

/** A listener with what its process was told. */
export interface ObservedListener extends Listener {
  readonly settings: ProcessSettings | null;
}

/** What was read of this machine, nothing judged. */
export interface HostObservation extends GatheredFiles {
  readonly listeners: readonly ObservedListener[];
  readonly containers: readonly Container[];
  readonly firewall: Firewall;
}
