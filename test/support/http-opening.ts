import type { TestContext } from 'node:test';
import type { Transport } from '../../src/model/exchange.ts';
import type { AdmittedTarget } from '../../src/model/target.ts';
import { openEndpoint } from '../../src/system/http/opening.ts';
import type { Opening, OpeningOptions } from '../../src/system/ports.ts';
import { declared, loopbackTarget, openingOptions, type Peer } from './http-peer.ts';

export interface Wish {
  readonly target?: Partial<AdmittedTarget>;
  readonly options?: Partial<OpeningOptions>;
}

/** Opens a peer without a connection of the sweep; a conversation is closed when the test ends. */
export async function openPeer(
  t: TestContext,
  peer: Pick<Peer, 'port'>,
  { target, options }: Wish = {},
): Promise<Opening> {
  const opening = await openEndpoint(loopbackTarget(peer.port, target), declared(), null, openingOptions(options));
  if (opening.speech === 'http') t.after(() => opening.conversation.close());
  return opening;
}

export type Speech = readonly [Opening['speech'], Transport, string, number];

/** How an opening came out: speech, transport, the reason or the first body, connections. */
export function summary(opening: Opening): Speech {
  if (opening.speech !== 'http') return [opening.speech, opening.transport, opening.reason, opening.connections];
  const { conversation, first } = opening;
  const said = first.status === 'ok' ? first.response.body : first.reason;
  return ['http', conversation.transport, said, conversation.connections];
}
