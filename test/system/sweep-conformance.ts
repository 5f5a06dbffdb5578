import { connectionCases } from './sweep-cases-connections.ts';
import { limitCases } from './sweep-cases-limits.ts';
import { namespaceCases } from './sweep-cases-namespace.ts';
import { stateCases } from './sweep-cases-states.ts';
import type { CreateEngine } from './sweep-harness.ts';

export interface EngineUnderTest {
  readonly name: string;
  readonly create: CreateEngine;
  /** Exports `create` under the name `createEngine`; loaded by processes with limits or networks of their own. */
  readonly module: URL;
}

/** What every sweep engine must do. */
export function sweepConformance({ name, create, module }: EngineUnderTest): void {
  stateCases(name, create);
  connectionCases(name, create);
  limitCases(name, create);
  namespaceCases(name, module);
}
