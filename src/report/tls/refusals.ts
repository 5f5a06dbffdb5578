import type { ClientRefusal } from '../../model/certificate.ts';

export interface RefusalGroup {
  readonly clients: string;
  readonly reason: string;
  /** What is needed; with the clients that need it where they differ. */
  readonly remedies: readonly string[];
}

/** One group for each reason, with every client that has it. */
export function groupedRefusals(refusals: readonly ClientRefusal[]): RefusalGroup[] {
  const groups = new Map<string, Map<string, string[]>>();
  for (const { client, reason, remedy } of refusals) {
    const remedies = groups.get(reason) ?? new Map<string, string[]>();
    groups.set(reason, remedies.set(remedy, [...(remedies.get(remedy) ?? []), client]));
  }
  return [...groups].map(([reason, remedies]) => ({
    clients: [...remedies.values()].flat().join(', '),
    reason,
    remedies: [...remedies].map(([remedy, clients]) =>
      remedies.size === 1 ? remedy : `${clients.join(', ')}: ${remedy}`,
    ),
  }));
}
