import { createHostMemory } from './host-memory.ts';
import type { Job } from './job.ts';

/** Decides which silent probes are asked again, so that one lost SYN does not make a port `filtered`. */
export interface SecondChances {
  /** The host accepted or refused a connection. */
  answered(job: Job): void;
  /** A router or this machine said that the host is not there. */
  absent(job: Job): void;
  /** The probe passed in silence: whether to ask once more. `extra` attempts are for hosts that are known to answer. */
  grant(job: Job, extra: number): boolean;
}

/**
 * A host that is known to answer gets all `retries` for each silent port. One that was never heard gets one for its
 * first silent port: when that too is silent, the host is taken for absent and its other ports are asked once.
 */
export function createSecondChances(retries: number): SecondChances {
  const memory = createHostMemory();

  return {
    answered: (job) => memory.noteAnswer(job.probe.target.address),
    absent: (job) => memory.noteSilence(job.probe.target.address),
    grant(job, extra) {
      const { address } = job.probe.target;
      if (memory.hasAnswered(address)) return job.silences < retries + extra;
      if (job.silences >= retries) {
        memory.noteSilence(address);
        return false;
      }
      if (job.silences === 0) return !memory.isMute(address);
      memory.noteSilence(address);
      return false;
    },
  };
}
