/** A set leaves behind tables it has outgrown, with what was in them, until the next full collection: little, then. */
interface Waiter {
  act: (() => void) | null;
}

const waiting = new WeakMap<AbortSignal, Set<Waiter>>();

/**
 * Has `act` called when the signal is aborted, until the returned function is called. However many wait, the signal
 * sees one listener: hundreds of exchanges share one signal, and each would else cost a walk along its listeners.
 */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  const waiters = waiting.get(signal) ?? startWaiting(signal);
  const waiter: Waiter = { act };
  waiters.add(waiter);
  return () => {
    waiters.delete(waiter);
    waiter.act = null;
  };
}

function startWaiting(signal: AbortSignal): Set<Waiter> {
  const waiters = new Set<Waiter>();
  waiting.set(signal, waiters);
  const interrupt = (): void => {
    for (const { act } of waiters) act?.();
  };
  signal.addEventListener('abort', interrupt, { once: true });
  return waiters;
}
