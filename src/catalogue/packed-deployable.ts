import type { Deployable } from '../model/deploy.ts';

/*
 * How services lie in dist/rules/deployables.json: most files name a few of two hundred, so what is known of running
 * one stays text until somebody asks. To parse all of it takes longer than to lint a small file.
 */

export interface PackedDeployable extends Omit<Deployable, Later> {
  /** JSON of the rest. */
  readonly later: string;
}

type Later = 'deploy' | 'fix';

export function packed({ deploy, fix, ...known }: Deployable): PackedDeployable {
  return { ...known, later: JSON.stringify({ deploy, fix } satisfies Pick<Deployable, Later>) };
}

export function unpacked({ later, ...known }: PackedDeployable): Deployable {
  let parsed: Pick<Deployable, Later> | undefined;
  const rest = (): Pick<Deployable, Later> => {
    parsed ??= JSON.parse(later) as Pick<Deployable, Later>;
    return parsed;
  };
  return {
    ...known,
    get deploy() {
      return rest().deploy;
    },
    get fix() {
      return rest().fix;
    },
  };
}
