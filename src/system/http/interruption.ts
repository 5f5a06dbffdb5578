const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Has `act` called when the signal is aborted, until the returned function is called. However many wait, the signal
 * sees one listener: hundreds of exchanges share one signal, and each would else cost a walk along its listeners.
 */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  const acts = waiting.get(signal) ?? startWaiting(signal);
  acts.add(act);
  return () => acts.delete(act);
}

function startWaiting(signal: AbortSignal): Set<() => void> {
  const acts = new Set<() => void>();
  waiting.set(signal, acts);
  const interrupt = (): void => {
    for (const act of acts) act();
  };
  signal.addEventListener('abort', interrupt, { once: true });
  return acts;
}
