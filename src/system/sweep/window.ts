/** How many connections may be under way: halved by a shortage, then one more for every window of answers. */
export interface Window {
  size(): number;
  /** A probe ended without a shortage. */
  grow(): void;
  halve(): void;
  isFull(): boolean;
}

export function createWindow(limit: number): Window {
  let size = limit;
  let credit = 0;

  return {
    size: () => size,
    grow() {
      if (size === limit) return;
      credit += 1 / size;
      if (credit < 1) return;
      credit = 0;
      size += 1;
    },
    halve() {
      size = Math.max(1, size >> 1);
      credit = 0;
    },
    isFull: () => size === limit,
  };
}
