import type { Socket } from 'node:net';
import type { PortState } from '../../model/result.ts';
import { openConnection } from '../open-connection.ts';
import type { Clock, SweepLimits, SweepObserver, SweepProbe } from '../ports.ts';
import { createBacklog } from './backlog.ts';
import type { CreateDialer } from './dialer.ts';
import { createFlights, type Flight } from './flights.ts';
import type { Job } from './job.ts';
import { createLossLog } from './loss.ts';
import { createOverflowLog, type NeighbourWatch } from './neighbours.ts';
import { createTokenBucket } from './rate.ts';
import { createRttEstimate } from './rtt.ts';
import { createSecondChances } from './second-chance.ts';
import { createThrottle } from './throttle.ts';
import { createTurns } from './turns.ts';
import { type Shortage, verdictOf } from './verdict.ts';

const TICK_MS = 20;
/** Silence during an overflow proves nothing; but hosts that are not neighbours are silent then too. */
const OVERFLOW_RETRIES = 4;
/** While the path loses packets, and for so long after, hosts that are known to answer are asked once more often. */
const LOSSY_RETRIES = 1;
const LOSSY_MS = 3000;

export interface SweepParts {
  readonly createDialer: CreateDialer;
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
  readonly neighbours: NeighbourWatch;
  /** Whether this machine has any IPv6 address. */
  readonly hasIpv6: () => boolean;
  /** Accepted connections whose handling may be unfinished while new probes are started. */
  readonly handovers: number;
}

export interface SweepTask {
  readonly source: Iterator<SweepProbe>;
  readonly limits: SweepLimits;
  readonly observer: SweepObserver;
  readonly signal: AbortSignal;
}

/** The sweep itself, as `SweepEngine.sweep` promises it, over any dialer. */
export function runSweep(parts: SweepParts, task: SweepTask): Promise<void> {
  return new Promise((resolve, reject) => startSweep(parts, task, resolve, reject));
}

function startSweep(parts: SweepParts, task: SweepTask, resolve: () => void, reject: (fault: unknown) => void): void {
  const { clock } = parts;
  const { source, limits, observer, signal } = task;
  const dialer = parts.createDialer({
    accepted: (line, socket) => attempt(() => onAccepted(line, socket)),
    failed: (line, code) => attempt(() => onFailed(line, code)),
    idle: (line) => attempt(() => onIdle(line)),
  });
  const backlog = createBacklog(source, limits.perHost);
  const bucket = createTokenBucket(limits.rate, clock.monotonic());
  const rtt = createRttEstimate(limits.minTimeoutMs, limits.maxTimeoutMs);
  const chances = createSecondChances(limits.retries);
  const throttle = createThrottle(limits.parallel, (shortage) => observer.pressure(shortage));
  const overflow = createOverflowLog(parts.neighbours, clock.monotonic());
  const loss = createLossLog();
  const flights = createFlights();
  const turns = createTurns(() => attempt(pump));
  let handovers = 0;
  let lossyUntil = Number.NEGATIVE_INFINITY;
  let pumping = false;
  let phase: 'running' | 'stopping' | 'ended' = 'running';
  let fault: { readonly error: unknown } | null = null;

  /** Starts what may be started; ends the sweep when nothing is left. */
  function pump(): void {
    if (pumping || phase === 'ended') return;
    pumping = true;
    try {
      while (phase === 'running' && handovers <= parts.handovers && turns.haveRoom() && dialNext());
    } finally {
      pumping = false;
    }
    if (phase === 'stopping') abandon();
    else if (phase === 'running' && handovers === 0 && backlog.exhausted() && backlog.unsettled() === 0) end();
  }

  function dialNext(): boolean {
    const now = clock.monotonic();
    if (!throttle.admits(flights.busy(), now) || !bucket.available(now)) return false;
    const job = backlog.next(now);
    if (job === null) return false;

    bucket.spend();
    turns.count();
    const { address, port } = job.probe.target;
    dialer.dial(flights.board(job, now, now + rtt.timeout(job.silences)), address, port);
    return true;
  }

  function onAccepted(line: number, socket: Socket): void {
    const flight = flights.land(line);
    if (flight === null) {
      socket.resetAndDestroy();
      return;
    }
    const { job, startedAt } = flight;
    const now = clock.monotonic();
    const rttMs = now - startedAt;
    const connection = openConnection(job.probe.target, socket);
    rtt.sample(rttMs);
    throttle.ease();
    onAnswer(job, startedAt, now);
    observer.settled(job.probe, 'open', null);
    handovers += 1;
    observer.open(job.probe, connection, rttMs).then(() => attempt(() => onHandled(job)), onFault);
  }

  /** Until then the connection counts against its host. */
  function onHandled(job: Job): void {
    handovers -= 1;
    backlog.release(job);
    pump();
  }

  function onFailed(line: number, code: string): void {
    const flight = flights.land(line);
    if (flight === null) return;
    const { job, startedAt } = flight;
    const verdict = verdictOf(code);
    if (verdict.kind === 'shortage') {
      onShortage(job, verdict.shortage, code);
      return;
    }
    throttle.ease();
    if (verdict.kind === 'reset') {
      onReset(job, code);
      return;
    }
    if (verdict.state === 'closed') {
      const now = clock.monotonic();
      rtt.sample(now - startedAt);
      onAnswer(job, startedAt, now);
    }
    if (verdict.state === 'unreachable') chances.absent(job);
    settle(job, verdict.state, verdict.reason);
  }

  function onAnswer(job: Job, startedAt: number, now: number): void {
    chances.answered(job);
    if (!loss.answered(startedAt, job.silentSince, now)) return;
    lossyUntil = now + LOSSY_MS;
    throttle.tighten('packets lost on the way', now);
  }

  function onReset(job: Job, code: string): void {
    chances.answered(job);
    if (chances.grant(job, 0)) askAgain(job);
    else settle(job, 'error', code);
  }

  function onShortage(job: Job, shortage: Shortage, code: string): void {
    // Without an address of the family connect() gives EADDRNOTAVAIL too, and there is nothing to wait for.
    if (code === 'EADDRNOTAVAIL' && job.probe.target.address.includes(':') && !parts.hasIpv6()) {
      settle(job, 'unreachable', code);
      return;
    }
    const again = throttle.retryAt(job, shortage, clock.monotonic());
    if (again === null) settle(job, 'error', code);
    else backlog.putBack(job, again);
  }

  function onSilence({ job, startedAt }: Flight): void {
    if (overflow.covers(startedAt) && job.starved < OVERFLOW_RETRIES) {
      const again = throttle.retryAt(job, 'neighbour table', clock.monotonic());
      if (again !== null) {
        backlog.putBack(job, again);
        return;
      }
    }
    throttle.ease();
    job.silentSince = startedAt;
    if (chances.grant(job, clock.monotonic() < lossyUntil ? LOSSY_RETRIES : 0)) askAgain(job);
    else settle(job, 'filtered', 'timeout');
  }

  function askAgain(job: Job): void {
    job.silences += 1;
    backlog.putBack(job, 0);
  }

  function onIdle(line: number): void {
    flights.free(line);
    pump();
  }

  function onTick(moment: number): void {
    const now = clock.monotonic();
    dialer.catchUp();
    if (overflow.poll(now)) throttle.tighten('neighbour table', now);
    for (const line of flights.overdue(moment)) {
      const flight = flights.land(line);
      dialer.hangUp(line);
      if (flight !== null) onSilence(flight);
    }
    pump();
  }

  function settle(job: Job, state: PortState, reason: string | null): void {
    backlog.release(job);
    observer.settled(job.probe, state, reason);
  }

  /** In the middle of taking probes the end has to wait until the one at hand is accounted for. */
  function stop(): void {
    if (phase !== 'running') return;
    phase = 'stopping';
    if (!pumping) abandon();
  }

  function onFault(error: unknown): void {
    fault ??= { error };
    stop();
  }

  /** An exception of the observer or the source is a fault of ours and ends the sweep: it must not end in an event. */
  function attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      onFault(error);
    }
  }

  function abandon(): void {
    phase = 'ended';
    for (const line of flights.overdue(Number.POSITIVE_INFINITY)) {
      const flight = flights.land(line);
      dialer.hangUp(line);
      if (flight !== null) skip(flight.job);
    }
    backlog.drain().forEach(skip);
    try {
      source.return?.();
    } catch (error) {
      fault ??= { error };
    }
    end();
  }

  function skip(job: Job): void {
    try {
      settle(job, 'skipped', 'aborted');
    } catch (error) {
      fault ??= { error };
    }
  }

  function end(): void {
    phase = 'ended';
    signal.removeEventListener('abort', stop);
    dialer.end();
    if (fault === null) resolve();
    else reject(fault.error);
  }

  async function tick(): Promise<void> {
    while (phase !== 'ended') {
      await clock.sleep(TICK_MS);
      const moment = clock.monotonic();
      // Answers that came by then, while this process was busy, are read before anyone is called silent.
      await new Promise(setImmediate);
      if (phase === 'running') attempt(() => onTick(moment));
    }
  }

  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  else attempt(pump);
  void tick();
}
