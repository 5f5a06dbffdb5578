import type { ClientRefusal } from '../../model/certificate.ts';

/** One line for each reason, with every client that has it. */
export function groupedRefusals(
  refusals: readonly ClientRefusal[],
  all: boolean,
): [clients: string, reason: string, remedy: string][] {
  const groups = new Map<string, Map<string, string[]>>();
  for (const { client, reason, remedy } of refusals) {
    const remedies = groups.get(reason) ?? new Map<string, string[]>();
    groups.set(reason, remedies.set(remedy, [...(remedies.get(remedy) ?? []), client]));
  }
  return [...groups].map(([reason, remedies]) => [
    [...remedies.values()].flat().join(', '),
    reason,
    needed(remedies, all),
  ]);
}

/** @param remedies what is needed, and by which clients */
function needed(remedies: ReadonlyMap<string, readonly string[]>, all: boolean): string {
  if (remedies.size === 1) return [...remedies.keys()].join();
  if (!all) return '--all: what each of them needs';
  return [...remedies].map(([remedy, clients]) => `${clients.join(', ')}: ${remedy}`).join('; ');
}
