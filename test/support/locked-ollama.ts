import type { TestContext } from 'node:test';
import type { ReceivedRequest, StandIn } from '../../fixtures/lab/stand-in.ts';
import type { AdmittedTarget } from '../../src/model/target.ts';
import { nodeNetwork } from '../../src/system/node-network.ts';
import type { System } from '../../src/system/ports.ts';
import { answersOf } from './answers.ts';
import { makeCertificate } from './certificates.ts';
import { bearer, gated } from './verify.ts';

/*
 * An Ollama behind a key, and loopback in the part of other machines: only the last step, the dialling, is diverted.
 */

export const KEY = 'key-of-the-owner-0123456789';
export const ENV = { AI_KEY: KEY };
export const WITH_KEY = ['--key-env', 'AI_KEY'];

/** A network on which names stand for these addresses and every address is 127.0.0.1. */
export function diverted(names: Readonly<Record<string, readonly string[]>> = {}): Partial<System> {
  const toLoopback = (target: AdmittedTarget): AdmittedTarget => ({ ...target, address: '127.0.0.1' });
  return {
    network: async () => ({
      sweepEngine: nodeNetwork.sweepEngine,
      resolve: async (name) => names[name] ?? [],
      open: (target, first, connection, options) => nodeNetwork.open(toLoopback(target), first, connection, options),
    }),
  };
}

export function certificateFor(name: string): { key: string; cert: string } {
  const { key, cert } = makeCertificate({ commonName: name });
  return { key, cert };
}

export function carriers(received: readonly ReceivedRequest[]): readonly ReceivedRequest[] {
  return received.filter((request) => JSON.stringify(request).includes(KEY));
}

export async function lockedOllama(t: TestContext, tls?: { key: string; cert: string }): Promise<StandIn> {
  return gated(t, answersOf('ollama/open.http'), (request) => bearer(request) === KEY, tls ? { tls } : {});
}
