import type { ExchangeOutcome } from '../../model/exchange.ts';
import type { Conversation, Network } from '../../system/ports.ts';

/** What holds for every request of a run, whichever connection it goes over. */
export interface Care {
  /** Requests still allowed. */
  readonly left: number;
  readonly sent: number;
  /** Connections opened. */
  readonly connections: number;
  /** Texts that are taken out of everything that comes back, from now on. */
  hide(secrets: readonly string[]): void;
  readonly network: Network;
}

/** Shorter ones occur by chance in any answer. */
export const SHORTEST_SECRET = 4;
const MASK = '***';

/**
 * A network that counts, waits between requests, stops at the limit, and takes credentials out of answers as they
 * come in: what a hostile server sends back can then not be printed, wherever it turns up.
 */
export function carefulNetwork(network: Network, limit: number, wait: () => Promise<void>): Care {
  let sent = 0;
  let connections = 0;
  let secrets: readonly string[] = [];

  const cleaned = (text: string): string => secrets.reduce((seen, secret) => seen.replaceAll(secret, MASK), text);
  const clean = (outcome: ExchangeOutcome): ExchangeOutcome => {
    if (outcome.status === 'failed') return { ...outcome, detail: cleaned(outcome.detail) };
    const { response } = outcome;
    const headers = Object.entries(response.headers).map(([name, value]) => [cleaned(name), cleaned(value)]);
    return {
      ...outcome,
      response: { ...response, headers: Object.fromEntries(headers), body: cleaned(response.body) },
    };
  };
  // Counted where it is written: a server that hangs up is asked again, and one may be spoken to in two ways.
  const turn = async (): Promise<boolean> => {
    if (sent >= limit) return false;
    sent += 1;
    if (sent > 1) await wait();
    return true;
  };
  const careful = (conversation: Conversation): Conversation => {
    let counted = conversation.connections;
    connections += counted;
    return {
      transport: conversation.transport,
      tls: conversation.tls,
      get connections() {
        return conversation.connections;
      },
      async exchange(request) {
        if (sent >= limit)
          return { status: 'failed', reason: 'budget', detail: `${limit} requests were sent`, elapsedMs: 0 };
        const outcome = clean(await conversation.exchange(request));
        connections += conversation.connections - counted;
        counted = conversation.connections;
        return outcome;
      },
      close: () => conversation.close(),
    };
  };

  return {
    get left() {
      return limit - sent;
    },
    get sent() {
      return sent;
    },
    get connections() {
      return connections;
    },
    hide(more) {
      const all = [...secrets, ...more].filter((secret) => secret.length >= SHORTEST_SECRET);
      secrets = [...new Set(all)].sort((a, b) => b.length - a.length);
    },
    network: {
      sweepEngine: network.sweepEngine,
      resolve: (name) => network.resolve(name),
      async open(target, first, connection, options) {
        if (sent >= limit) {
          const detail = `${limit} requests were sent`;
          return {
            speech: 'silent',
            reason: 'budget',
            detail,
            transport: 'plaintext',
            tls: null,
            connections: 0,
          };
        }
        const opening = await network.open(target, first, connection, { ...options, turn });
        if (opening.speech === 'http')
          return { ...opening, conversation: careful(opening.conversation), first: clean(opening.first) };
        connections += opening.connections;
        return { ...opening, detail: cleaned(opening.detail) };
      },
    },
  };
}
