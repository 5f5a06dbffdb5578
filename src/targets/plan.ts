/** What a run will do at most, before it does anything. */
export interface Plan {
  readonly addresses: number;
  readonly excludedAddresses: number;
  readonly ports: number;
  /** Connections of the sweep, without second chances. */
  readonly probes: number;
  /** Requests: to one endpoint, and if every probe found one. */
  readonly requests: { readonly perEndpoint: number; readonly most: number };
  /** Time of the sweep. Talking to what is open comes on top. */
  readonly sweepSeconds: { readonly least: number; readonly most: number };
  /** What the two times rest on, as sentences. */
  readonly assumptions: readonly string[];
}

/** The part of a target space that counts here. */
export interface PlannedSpace {
  readonly size: number;
  readonly addressCount: number;
  readonly excludedCount: number;
  readonly ports: readonly number[];
}

export interface PlanLimits {
  /** Connections under way at once, overall and to one address. */
  readonly parallel: number;
  readonly perHost: number;
  /** New connections a second; 0 is no limit. */
  readonly rate: number;
  /** The longest wait for one connection, in milliseconds. */
  readonly maxTimeoutMs: number;
  /** Requests to one endpoint. */
  readonly requestBudget: number;
}

/** What connect() from one process reaches when every port answers at once: 20 to 22 thousand a second on two cores. */
const FASTEST_RATE = 20_000;

/**
 * The shortest time assumes that every address answers at once, the longest that every probe waits for its timeout.
 * Most networks lie near the longest in sparse ranges and near the shortest in full ones.
 */
export function scanPlan(space: PlannedSpace, limits: PlanLimits): Plan {
  const { size, addressCount, excludedCount, ports } = space;
  const rate = limits.rate > 0 ? Math.min(limits.rate, FASTEST_RATE) : FASTEST_RATE;
  const waitSeconds = limits.maxTimeoutMs / 1000;
  const parallel = Math.max(1, Math.min(limits.parallel, limits.perHost * addressCount));
  const least = size / rate;
  // Silent probes leave in waves of `parallel`; the last wave is waited for whatever the rate.
  const silent = size === 0 ? 0 : Math.max(least + waitSeconds, Math.ceil(size / parallel) * waitSeconds);
  return {
    addresses: addressCount,
    excludedAddresses: excludedCount,
    ports: ports.length,
    probes: size,
    requests: { perEndpoint: limits.requestBudget, most: limits.requestBudget * size },
    sweepSeconds: { least, most: silent },
    assumptions: [
      limits.rate > 0 && limits.rate <= FASTEST_RATE
        ? `at least: every port answers at once, ${limits.rate} new connections a second`
        : `at least: every port answers at once, about ${FASTEST_RATE} new connections a second`,
      `at most: every probe waits ${waitSeconds} s for nothing, ${parallel} at a time`,
      'requests to open ports and second chances for silent ones come on top',
    ],
  };
}
