/**
 * Where the Hilbert curve of a square is after `distance` steps. Numbers that are near each other stay near each other,
 * and every aligned block of 4^k numbers is a square, which is why networks are drawn along it.
 * The algorithm is that of Wikipedia, "Hilbert curve", d2xy.
 * @param side a power of two.
 */
export function hilbertPoint(distance: number, side: number): { readonly x: number; readonly y: number } {
  let x = 0;
  let y = 0;
  let rest = distance;
  for (let size = 1; size < side; size *= 2) {
    const right = 1 & Math.floor(rest / 2);
    const up = 1 & (rest ^ right);
    if (up === 0) {
      if (right === 1) {
        x = size - 1 - x;
        y = size - 1 - y;
      }
      [x, y] = [y, x];
    }
    x += size * right;
    y += size * up;
    rest = Math.floor(rest / 4);
  }
  return { x, y };
}
