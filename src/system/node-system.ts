import { setMaxListeners } from 'node:events';
import { nodeClock } from './node-clock.ts';
import { nodeFiles } from './node-files.ts';
import { nodeHost } from './node-host.ts';
import { nodeTerminal } from './node-terminal.ts';
import type { Network, System } from './ports.ts';

/** Loaded only when something is dialled: `--help` and a lint never do. */
async function loadNetwork(): Promise<Network> {
  return (await import('./node-network.ts')).nodeNetwork;
}

/** The real outside world. */
export function nodeSystem(): System {
  return {
    clock: nodeClock,
    files: nodeFiles,
    network: loadNetwork,
    host: nodeHost,
    terminal: nodeTerminal(process.env),
    env: process.env,
    interrupt: interruptSignal(),
  };
}

/** The first SIGINT or SIGTERM asks for a partial result; a second one ends the program at once. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  // Every connection listens to it; Node takes more than ten for a leak and says so on standard error.
  setMaxListeners(0, controller.signal);
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}
