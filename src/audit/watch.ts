import type { Coverage, PortState, ResultDocument, WatchedDoor } from '../model/result.ts';
import type { AdmittedTarget } from '../model/target.ts';

/** Remembers how the probes of some doors ended. */
export interface Watch {
  settle(target: AdmittedTarget, state: PortState): void;
  /** Nothing when nothing was to be watched. */
  coverage(): Pick<Coverage, 'watched'>;
}

/** A resumed run goes on with what the earlier part saw. */
export function createWatch({
  watch,
  resume,
}: {
  readonly watch?: ReadonlySet<string>;
  readonly resume: { readonly earlier: ResultDocument } | null;
}): Watch {
  const earlier = resume?.earlier.coverage.watched;
  if (watch === undefined && earlier === undefined) return { settle: () => undefined, coverage: () => ({}) };
  const doors = new Map<string, WatchedDoor>((earlier ?? []).map((door) => [`${door.address}:${door.port}`, door]));
  return {
    settle({ address, port }, state) {
      if (watch?.has(`${address}:${port}`)) doors.set(`${address}:${port}`, { address, port, state });
    },
    coverage: () => ({
      watched: [...doors.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, door]) => door),
    }),
  };
}
