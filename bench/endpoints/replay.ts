/** What a door was asked over one connection after the other. */
export interface Heard {
  readonly address: string;
  readonly port: number;
  readonly connections: (readonly Asked[])[];
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** The same, with what doors have in common written once: reading it must not be what the floor spends its time on. */
export interface Replay {
  readonly series: readonly (readonly (readonly Asked[])[])[];
  readonly doors: readonly (readonly [address: string, port: number, series: number])[];
}

/** Stands for the door's own `address:port`. */
export const OWN_HOST = '{host}';

export function replayOf(heard: readonly Heard[]): Replay {
  const numbers = new Map<string, number>();
  const doors = heard.map(({ address, port, connections }) => {
    const series = JSON.stringify(connections).replaceAll(`${address}:${port}`, OWN_HOST);
    const number = numbers.get(series) ?? numbers.size;
    numbers.set(series, number);
    return [address, port, number] as const;
  });
  return { series: [...numbers.keys()].map((series) => JSON.parse(series)), doors };
}
