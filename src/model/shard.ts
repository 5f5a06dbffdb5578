/** One of `count` equal parts of a target set; `index` counts from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}
