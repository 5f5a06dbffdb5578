export type Labels = Readonly<Record<string, string>>;

/** One gauge with its series; a value that is null is not known and not written. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly { readonly labels: Labels; readonly value: number | null }[];
}

/** Seconds since 1970, or null when the time is none. */
export function seconds(time: string): number | null {
  const at = Date.parse(time);
  return Number.isFinite(at) ? Math.floor(at / 1000) : null;
}
