/** Octets that arrive in pieces, kept in one growing store: appending byte by byte stays linear. */
export interface Stream {
  readonly length: number;
  append(piece: Uint8Array): void;
  /** A view of what is there; valid until the next `append`. */
  view(from: number, to: number): Uint8Array;
}

export function stream(): Stream {
  let store = new Uint8Array(4096);
  let length = 0;
  return {
    get length() {
      return length;
    },
    append(piece) {
      if (length + piece.length > store.length) {
        const larger = new Uint8Array(Math.max(store.length * 2, length + piece.length));
        larger.set(store.subarray(0, length));
        store = larger;
      }
      store.set(piece, length);
      length += piece.length;
    },
    view: (from, to) => store.subarray(from, Math.min(to, length)),
  };
}
