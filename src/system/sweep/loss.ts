/**
 * Beyond this share of lost packets the path, or something on it that keeps a table of connections, is overloaded. One
 * packet in a hundred lost each way, as on bad Wi-Fi, stays below and must not slow the sweep down.
 */
const TOLERATED = 1 / 20;
/** Fewer losses than this are an accident. */
const TOO_FEW = 10;
/** Attempts begun in the same stretch of this length are counted together, in milliseconds. */
const STRETCH_MS = 100;
/** Stretches remembered: longer than any second chance takes. */
const STRETCHES = 128;

/** Tells overload from silence: an answer to a second chance shows that the first packet, or its answer, was lost. */
export interface LossLog {
  /**
   * A host answered an attempt begun then. `silentSince`: when the attempt began that it had not answered before, or
   * null. Returns true when too much of what was sent then was lost.
   */
  answered(startedAt: number, silentSince: number | null): boolean;
}

/**
 * A loss is counted where it happened, not when it was found out: second chances come in bunches, and at the end of a
 * sweep nothing else is answered beside them.
 */
export function createLossLog(): LossLog {
  const cells = Array.from({ length: STRETCHES }, () => ({ stretch: -1, answers: 0, losses: 0 }));

  function cellOf(moment: number): { stretch: number; answers: number; losses: number } {
    const stretch = Math.floor(moment / STRETCH_MS);
    const cell = cells[stretch % STRETCHES] as { stretch: number; answers: number; losses: number };
    if (cell.stretch < stretch) Object.assign(cell, { stretch, answers: 0, losses: 0 });
    return cell;
  }

  return {
    answered(startedAt, silentSince) {
      if (silentSince === null) {
        cellOf(startedAt).answers += 1;
        return false;
      }
      const cell = cellOf(silentSince);
      cell.losses += 1;
      return cell.losses >= TOO_FEW && cell.losses > (cell.losses + cell.answers) * TOLERATED;
    },
  };
}
