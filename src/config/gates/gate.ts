import type { Span } from '../../model/span.ts';
import type { Gate, GateState } from '../deployment/declarations.ts';
import { CALLERS, type Caller } from './caller.ts';

/** What becomes of a caller at a barrier. */
export type Outcome = 'passes' | 'refused' | 'unknown';

/** One thing that may stop a caller. */
export interface Barrier {
  /** `basic`, `bearer`, `mtls`, `forward-auth`, `allow-list`, `private-networks`, `oauth`, `script` … */
  readonly kind: string;
  readonly because: { readonly span: Span; readonly text: string };
  meet(caller: Caller): Outcome;
}

export const OPEN: Gate = { state: 'off', kinds: [], because: [] };

/** A barrier that nobody passes without the right to. */
export function closed(kind: string, span: Span, text: string): Barrier {
  return { kind, because: { span, text }, meet: () => 'refused' };
}

/** A barrier that cannot be judged from here. */
export function undecided(kind: string, span: Span, text: string): Barrier {
  return { kind, because: { span, text }, meet: () => 'unknown' };
}

/** All must be passed. */
export function every(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes('refused')) return 'refused';
  return outcomes.includes('unknown') ? 'unknown' : 'passes';
}

/** One is enough. */
export function some(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.length === 0 || outcomes.includes('passes')) return 'passes';
  return outcomes.includes('unknown') ? 'unknown' : 'refused';
}

/** The state of a route behind barriers that must all be passed. */
export function gateOf(barriers: readonly Barrier[]): Gate {
  if (barriers.length === 0) return OPEN;
  const met = barriers.map((barrier) => ({ barrier, outcomes: CALLERS.map((caller) => barrier.meet(caller)) }));
  const byMethod = METHODS.map((method) =>
    some(
      CALLERS.flatMap((caller, index) =>
        caller.method === method ? [every(met.map(({ outcomes }) => outcomes[index] ?? 'unknown'))] : [],
      ),
    ),
  );
  const state = stateOf(byMethod);
  const telling = met.filter(({ outcomes }) => state !== 'on' || outcomes.includes('refused'));
  return {
    state,
    kinds: [...new Set(telling.map(({ barrier }) => barrier.kind))],
    because: telling.map(({ barrier, outcomes }) => ({
      span: barrier.because.span,
      text: state === 'off' ? `${barrier.because.text}, which ${shortfall(outcomes)}` : barrier.because.text,
    })),
  };
}

const METHODS = ['GET', 'POST'] as const;

function stateOf(byMethod: readonly Outcome[]): GateState {
  if (byMethod.every((outcome) => outcome === 'refused')) return 'on';
  if (byMethod.includes('unknown')) return 'unknown';
  return byMethod.includes('refused') ? 'partial' : 'off';
}

/** Why something that looks like a gate is none. */
function shortfall(outcomes: readonly Outcome[]): string {
  const refuses = CALLERS.some(({ shows }, index) => shows === 'nothing' && outcomes[index] === 'refused');
  return refuses ? 'any made-up value passes' : 'lets every caller pass';
}
