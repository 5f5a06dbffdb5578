import type { IpRange } from './ip-range.ts';

/** The first packet of a new TCP connection from the network, as a firewall sees it. */
export interface Packet {
  /** Interface it comes in on. */
  readonly interface: string;
  /** Everybody who may have sent it. */
  readonly source: IpRange;
  readonly destination: IpRange;
  readonly port: number;
  /** Set once its destination was rewritten: it goes on to a container. */
  readonly translated: {
    /** Port that its sender asked for. */
    readonly from: number;
    /** Interface it goes out by; null: not known. */
    readonly leaves: string | null;
  } | null;
}

/** Whether a condition holds; `unknown` where it cannot be told, or depends on the sender. */
export type Answer = 'yes' | 'no' | 'unknown';

export type Target =
  | { readonly kind: 'accept' | 'drop' | 'return' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  /** What it does cannot be told. */
  | { readonly kind: 'unknown' };

export interface FirewallRule {
  readonly holds: (packet: Packet) => Answer;
  /** What becomes of the packet where it holds; null: nothing (it is counted or logged). A map chooses by the packet. */
  readonly target: Target | ((packet: Packet) => Target | null) | null;
}

export interface Chain {
  /** Unique within a ruleset: `inet filter input`. */
  readonly name: string;
  /** Where the kernel calls it; null: only other chains do. */
  readonly base: { readonly hook: Hook; readonly priority: number; readonly policy: 'accept' | 'drop' } | null;
  readonly family: 4 | 6 | 'both';
  readonly rules: readonly FirewallRule[];
}

export type Hook = 'prerouting' | 'input' | 'forward';

/** A destination that is rewritten, as Docker publishes ports. */
export interface Translation {
  /** Null: any address of this host. */
  readonly hostAddress: string | null;
  readonly hostPort: number;
  readonly address: string;
  readonly port: number;
}

export interface Ruleset {
  readonly chains: readonly Chain[];
  readonly translations: readonly Translation[];
}

export function holdsAll(answers: readonly Answer[]): Answer {
  if (answers.includes('no')) return 'no';
  return answers.includes('unknown') ? 'unknown' : 'yes';
}

export function negated(answer: Answer): Answer {
  return answer === 'unknown' ? 'unknown' : answer === 'yes' ? 'no' : 'yes';
}
