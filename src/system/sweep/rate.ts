/** How much of a pause may be caught up on afterwards. */
const BURST_MS = 50;

export interface TokenBucket {
  available(nowMs: number): boolean;
  /** Takes a token that was available. */
  spend(): void;
}

/** Grants `perSecond` tokens a second; 0 grants always. At most 50 ms worth (never less than one) is saved up. */
export function createTokenBucket(perSecond: number, nowMs: number): TokenBucket {
  if (perSecond <= 0) return { available: () => true, spend: () => {} };

  const perMs = perSecond / 1000;
  const capacity = Math.max(1, perMs * BURST_MS);
  let tokens = 1;
  let filledAt = nowMs;
  return {
    available(now) {
      tokens = Math.min(capacity, tokens + (now - filledAt) * perMs);
      filledAt = now;
      return tokens >= 1;
    },
    spend() {
      tokens -= 1;
    },
  };
}
