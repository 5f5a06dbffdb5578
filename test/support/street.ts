import type { TestContext } from 'node:test';
import type { Route } from '../../fixtures/lab/answers.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../../fixtures/lab/stand-in.ts';
import { freePort } from './running.ts';

/** Stand-ins on several addresses of loopback, all on one port: a network in a nutshell. */
export interface Street {
  readonly port: number;
  readonly houses: readonly StandIn[];
  house(address: string): StandIn;
}

export async function startStreet(
  t: TestContext,
  addresses: readonly string[],
  routesAt: (address: string) => readonly Route[],
  options: Omit<StandInOptions, 'host' | 'port'> = {},
): Promise<Street> {
  const port = await freePort();
  const begun = await Promise.allSettled(
    addresses.map((host) => startStandIn(routesAt(host), { ...options, host, port })),
  );
  const houses = begun.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const close = (): Promise<unknown> => Promise.all(houses.map((house) => house.close()));
  if (houses.length < addresses.length) {
    // The port is taken on one of the addresses.
    await close();
    return startStreet(t, addresses, routesAt, options);
  }
  t.after(close);
  return {
    port,
    houses,
    house(address) {
      const found = houses.find(({ host }) => host === address);
      if (found === undefined) throw new Error(`nobody at ${address}`);
      return found;
    },
  };
}
