/**
 * Beyond this share of lost packets the path, or something on it that keeps a table of connections, is overloaded. One
 * packet in a hundred lost each way, as on bad Wi-Fi, stays below and must not slow the sweep down.
 */
const TOLERATED = 1 / 20;
/** Fewer losses than this are an accident. */
const TOO_FEW = 20;
/** Attempts begun in the same stretch of this length are counted together, in milliseconds. */
const STRETCH_MS = 100;
/** Stretches remembered: longer than any second chance takes. */
const STRETCHES = 128;
/** A slow link carries too little in one stretch to tell a share: so many stretches are looked at, at most. */
const LOOKED_AT = 20;

/** Tells overload from silence: an answer to a second chance shows that the first packet, or its answer, was lost. */
export interface LossLog {
  /**
   * A host answered an attempt begun then. `silentSince`: when the attempt began that it had not answered before, or
   * null. Returns true when too much of what was sent around then was lost; what was lost before `now` is then told of.
   */
  answered(startedAt: number, silentSince: number | null, now: number): boolean;
}

interface Cell {
  stretch: number;
  answers: number;
  losses: number;
}

/**
 * A loss is counted where it happened, not when it was found out: second chances come in bunches, and at the end of a
 * sweep nothing else is answered beside them.
 */
export function createLossLog(): LossLog {
  const cells = Array.from({ length: STRETCHES }, (): Cell => ({ stretch: -1, answers: 0, losses: 0 }));
  let toldUntil = Number.NEGATIVE_INFINITY;

  function cellOf(moment: number): Cell {
    const stretch = Math.floor(moment / STRETCH_MS);
    const cell = cells[stretch % STRETCHES] as Cell;
    if (cell.stretch < stretch) Object.assign(cell, { stretch, answers: 0, losses: 0 });
    return cell;
  }

  /** Back from that stretch until there is enough to tell, and not past what was told. */
  function isTooMuch(stretch: number): boolean {
    let losses = 0;
    let answers = 0;
    const oldest = Math.max(stretch - LOOKED_AT, 0, Math.ceil(toldUntil / STRETCH_MS));
    for (let number = stretch; number >= oldest && losses < TOO_FEW; number--) {
      const cell = cells[number % STRETCHES] as Cell;
      if (cell.stretch !== number) continue;
      losses += cell.losses;
      answers += cell.answers;
    }
    return losses >= TOO_FEW && losses > (losses + answers) * TOLERATED;
  }

  return {
    answered(startedAt, silentSince, now) {
      if (silentSince === null) {
        cellOf(startedAt).answers += 1;
        return false;
      }
      const cell = cellOf(silentSince);
      cell.losses += 1;
      if (silentSince < toldUntil || !isTooMuch(cell.stretch)) return false;
      toldUntil = now;
      return true;
    },
  };
}
