import { withHeaders } from '../catalogue/request.ts';
import type { DeclaredRequest, ExchangeOutcome } from '../model/exchange.ts';
import type { ProtocolProbe } from '../model/service.ts';

/** The request that undoes what a hello made; null where the answer shows that it made nothing. */
export function cleanupAfter({ cleanup }: ProtocolProbe, outcome: ExchangeOutcome | undefined): DeclaredRequest | null {
  if (!cleanup || outcome?.status !== 'ok') return null;
  const { headers } = outcome.response;
  const copied = cleanup.copyHeaders.flatMap((name): [string, string][] => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value]];
  });
  return copied.length === 0 ? null : withHeaders(cleanup.request, Object.fromEntries(copied));
}
