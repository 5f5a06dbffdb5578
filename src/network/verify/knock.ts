import type { NeverIndex } from '../../catalogue/never.ts';
import type { DeclaredRequest, Transport } from '../../model/exchange.ts';
import type { Catalogue, Service } from '../../model/service.ts';
import type { AdmittedTarget } from '../../model/target.ts';
import type { Network, OpeningOptions } from '../../system/ports.ts';
import { createAnswers } from '../answers.ts';
import { type Assessment, doorsOf } from './assess.ts';

/** What stands on another port or address, asked without credentials. */
export type Knock =
  | { readonly status: 'nobody'; readonly reason: string }
  | {
      readonly status: 'somebody';
      readonly service: Service;
      readonly transport: Transport;
      /** The most telling answer: granted, then refused, then neither. */
      readonly seen: Assessment;
      readonly request: string;
    };

/** Of each service. Enough to tell an open twin; what is more is for a scan. */
const MOST_DOORS = 3;

/**
 * Never with credentials: they belong to the door that the user named. What stands here is not known yet, so every
 * service's never-list holds.
 */
export async function knock(
  network: Network,
  target: AdmittedTarget,
  catalogue: Catalogue,
  services: readonly Service[],
  control: DeclaredRequest,
  never: NeverIndex,
  options: OpeningOptions,
): Promise<Knock> {
  const opening = await network.open(target, control, null, options);
  if (opening.speech !== 'http') {
    // A firewall that drops says no just as one that refuses.
    const dropped = opening.reason === 'timeout' && opening.connections === 0;
    return { status: 'nobody', reason: dropped ? 'no-connection' : opening.reason };
  }
  const { conversation } = opening;
  try {
    const answers = createAnswers(catalogue);
    answers.setControl({ request: control, outcome: opening.first });
    let best: Extract<Knock, { status: 'somebody' }> | null = null;
    for (const service of services) {
      const doors = doorsOf(catalogue, service, answers, control).filter(
        ({ request, side }) => !side && request.kind === 'read' && never(request).length === 0,
      );
      for (const door of doors.slice(0, MOST_DOORS)) {
        const known = door.request.key === control.key;
        const seen = door.assess(known ? opening.first : await conversation.exchange(door.request));
        const { transport } = conversation;
        const found = { status: 'somebody', service, transport, seen, request: door.name } as const;
        if (best === null || rank(seen) < rank(best.seen)) best = found;
        if (seen.got === 'accepted') return found;
      }
    }
    return best ?? { status: 'nobody', reason: 'nothing may be asked of it' };
  } finally {
    conversation.close();
  }
}

function rank({ got }: Assessment): number {
  return ['accepted', 'refused', 'unknown'].indexOf(got);
}
