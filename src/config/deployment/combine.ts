import { type Declarations, NO_DECLARATIONS } from './declarations.ts';

/** What all files declare, list by list. */
export function combine(all: readonly Declarations[]): Declarations {
  const keys = Object.keys(NO_DECLARATIONS) as (keyof Declarations)[];
  return Object.fromEntries(
    keys.map((key) => [key, all.flatMap((one) => one[key] as readonly unknown[])]),
  ) as unknown as Declarations;
}
