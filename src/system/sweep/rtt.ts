/** RFC 6298 section 2: alpha 1/8, beta 1/4, K 4, and one second before the first measurement. */
const ALPHA = 1 / 8;
const BETA = 1 / 4;
const K = 4;
const INITIAL_MS = 1000;

export interface RttEstimate {
  /** A round trip that ended in an answer of the host itself. */
  sample(ms: number): void;
  /** How long to wait for an answer; doubled with every silence before (RFC 6298, 5.5). */
  timeout(silences: number): number;
}

/**
 * One estimate for the whole sweep. Most hosts are asked once or twice, so one per host would never learn anything,
 * and one per subnet starts from nothing in every subnet of silent hosts, which is where waiting is dear. What it
 * costs: a slow subnet after a fast one is cut short at first. Its second chances wait twice as long, are answered,
 * and two or three of them lift the estimate.
 */
export function createRttEstimate(minMs: number, maxMs: number): RttEstimate {
  let smoothed = -1;
  let variation = 0;

  return {
    sample(ms) {
      if (smoothed < 0) {
        smoothed = ms;
        variation = ms / 2;
        return;
      }
      variation += BETA * (Math.abs(smoothed - ms) - variation);
      smoothed += ALPHA * (ms - smoothed);
    },
    timeout(silences) {
      const base = smoothed < 0 ? INITIAL_MS : smoothed + K * variation;
      return Math.min(maxMs, Math.max(minMs, base) * 2 ** silences);
    },
  };
}
