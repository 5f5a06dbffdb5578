import type { Socket } from 'node:net';

/**
 * Opens connections for the sweep, each on a numbered line. A line that was dialled gives either `accepted` or
 * `failed` (neither once it was hung up), then `idle`, and may be dialled again from there.
 */
export interface Dialer {
  /** `address`: numeric, IPv6 with its zone where it has one. Never looks anything up. */
  dial(line: number, address: string, port: number): void;
  /** Tells of everything that the kernel knows by now, where it can be asked: what was answered is not called silent. */
  catchUp(): void;
  /** Gives up the attempt on this line without a word to the peer. */
  hangUp(line: number): void;
  /** The sweep is over, nothing is under way: gives back what is kept for lines to come. */
  end(): void;
}

export interface DialEvents<Connection = Socket> {
  accepted(line: number, connection: Connection): void;
  /** `code`: the system's name of the error, or `self-connection`. */
  failed(line: number, code: string): void;
  idle(line: number): void;
}

export type CreateDialer = (events: DialEvents) => Dialer;
