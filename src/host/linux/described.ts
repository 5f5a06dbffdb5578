import type { Deployable } from '../../model/deploy.ts';
import type { Listener } from '../../model/host.ts';
import type { Container } from '../container.ts';
import { knownProcess } from '../known-process.ts';
import { maskArguments } from '../mask-arguments.ts';
import type { ObservedListener } from '../observed.ts';
import type { RawProcess } from './gather-processes.ts';

/** Everything that the process, and the container around it, says about a listener. */
export function described(
  place: Omit<Listener, 'process' | 'recognised'>,
  holder: RawProcess | null,
  container: Container | null,
  ports: readonly number[],
  services: readonly Deployable[],
): ObservedListener {
  const traits = {
    name: holder?.name ?? '',
    argv: holder?.argv ?? [],
    variables: holder?.variables ?? null,
    image: container?.image || null,
    ports,
  };
  const found = holder || container ? knownProcess(traits, services) : null;
  return {
    ...place,
    process: holder && {
      pid: holder.pid,
      name: holder.name,
      argv: maskArguments(holder.argv),
      user: holder.user,
      startedAt: holder.startedAt,
      unit: holder.unit,
      container: (container?.id ?? holder.container)?.slice(0, 12) ?? null,
      image: container?.image || null,
    },
    recognised: found && { service: found.service, name: found.name, by: found.by },
    settings: found?.settings ?? null,
  };
}
