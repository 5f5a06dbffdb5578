/**
 * Connections begun in one turn of the event loop. Where answers come at once, more of them only fills caches and
 * keeps the exchanges beside the sweep waiting (measured: 39 k/s with 64 at a time, 30 k/s with 4000); where answers
 * take their time, the window still fills within a few turns.
 */
const PER_TURN = 64;

/** Spreads work over the turns of the event loop. */
export interface Turns {
  /** Whether this turn has room; when not, `next` is called in the turn that follows. */
  haveRoom(): boolean;
  count(): void;
}

export function createTurns(next: () => void): Turns {
  let begun = 0;
  let scheduled = false;

  function startTurn(): void {
    scheduled = false;
    begun = 0;
    next();
  }

  return {
    haveRoom() {
      if (begun < PER_TURN) return true;
      if (!scheduled) setImmediate(startTurn);
      scheduled = true;
      return false;
    },
    count() {
      begun += 1;
    },
  };
}
