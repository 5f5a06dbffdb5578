import type { DeclaredRequest, ExchangeOutcome } from '../../model/exchange.ts';
import type { AdmittedTarget } from '../../model/target.ts';
import type { Conversation, Network, OpeningOptions } from '../../system/ports.ts';
import { refusesCertificate } from '../../tls/client-certificate.ts';

/** A way to one door, with or without a client certificate; opened when it is first needed. */
export interface Channel {
  exchange(request: DeclaredRequest): Promise<ExchangeOutcome>;
  close(): void;
}

/**
 * First contact is always the random path: whatever comes of it, nothing else was asked. Its answer also tells how a
 * proxy refuses who shows no certificate, because the answers to some requests are not read further than their status.
 */
export function createChannel(
  network: Network,
  target: AdmittedTarget,
  control: DeclaredRequest,
  options: OpeningOptions,
): Channel {
  let conversation: Conversation | null = null;
  let refusal: number | null = null;

  return {
    async exchange(request) {
      if (conversation === null) {
        const opening = await network.open(target, control, null, options);
        if (opening.speech !== 'http')
          return { status: 'failed', reason: opening.reason, detail: opening.detail, elapsedMs: 0 };
        conversation = opening.conversation;
        const { first } = opening;
        const refused = asRefusal(first);
        refusal = refused && first.status === 'ok' ? first.response.status : null;
        if (request.key === control.key) return refused ?? first;
      }
      const outcome = await conversation.exchange(request);
      const same = outcome.status === 'ok' && outcome.response.status === refusal;
      return asRefusal(outcome, same) ?? outcome;
    },
    close() {
      conversation?.close();
    },
  };
}

/** An answer that asks for a client certificate, as the failure that it stands for; null where it is something else. */
export function asRefusal(outcome: ExchangeOutcome, known = false): ExchangeOutcome | null {
  if (outcome.status === 'failed') return null;
  const { status, body } = outcome.response;
  if (!known && !refusesCertificate(status, body)) return null;
  const { elapsedMs } = outcome;
  return { status: 'failed', reason: 'client-certificate-required', detail: `HTTP ${status}`, elapsedMs };
}
