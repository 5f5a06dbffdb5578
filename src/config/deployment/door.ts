import type { Edit } from '../../model/edit.ts';
import type { Confidence } from '../../model/endpoint.ts';
import type { Span } from '../../model/span.ts';
import type { Reach } from '../../model/target.ts';
import type { ServiceListener } from '../services/evaluate.ts';
import type { Gate, GateState, Publication } from './declarations.ts';
import type { RunningProcess } from './running.ts';

/** A link of the chain that leads to a conclusion. */
export interface Reason {
  readonly span: Span;
  readonly text: string;
}

export type Way = Publication['kind'] | 'host-network' | 'bare';

/** One way to one listener of a known service. */
export interface Door {
  readonly running: RunningProcess;
  readonly listener: ServiceListener;
  readonly way: Way;
  readonly reach: Reach;
  /** Port at which it is reached; null where it is chosen at start or not known. */
  readonly port: string | null;
  /** What stands in front of it on this way. */
  readonly gate: Gate;
  /** What a caller meets: gate and the service's own auth together. */
  readonly auth: GateState;
  readonly tls: 'on' | 'off' | 'unknown';
  /** Where it is opened: the place to change. */
  readonly anchor: Span;
  readonly chain: readonly Reason[];
  readonly confidence: Confidence;
  readonly edit: Edit | null;
}

/** What is asked of a caller who has to pass both. */
export function together(gate: GateState, own: GateState): GateState {
  if (gate === 'on' || own === 'on') return 'on';
  if (gate === 'unknown' || own === 'unknown') return 'unknown';
  return gate === 'partial' || own === 'partial' ? 'partial' : 'off';
}

const CERTAINTY: readonly Confidence[] = ['low', 'medium', 'high'];

export function leastSure(...confidences: readonly Confidence[]): Confidence {
  return CERTAINTY[Math.min(...confidences.map((confidence) => CERTAINTY.indexOf(confidence)))] ?? 'low';
}
