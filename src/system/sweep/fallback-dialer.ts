import type { CreateDialer, DialEvents, Dialer } from './dialer.ts';
import { DIALER_BROKE } from './verdict.ts';

/** @param broke to be called once when the dialer can no longer be relied on; it may throw from any call, too. */
export type CreateFragileDialer = (events: DialEvents, broke: (error: unknown) => void) => Dialer;

/**
 * Dials with the first dialer until something unexpected happens to it, and from then on with the second. What was
 * under way is dialled again: no probe is lost.
 *
 * @param tell is called once, when that happens.
 */
export function fallingBackDialer(
  createFirst: CreateFragileDialer,
  createSecond: CreateDialer,
  tell: (error: unknown) => void,
): CreateDialer {
  return (events) => {
    let second: Dialer | null = null;
    /** By line: dialled with the first dialer and not idle again. */
    const busy: boolean[] = [];
    let first: Dialer | null = null;
    const unlessBroken =
      <Rest extends unknown[]>(report: (line: number, ...rest: Rest) => void) =>
      (line: number, ...rest: Rest): void => {
        if (second === null) report(line, ...rest);
      };

    function attempt(step: (dialer: Dialer) => void): void {
      try {
        if (first !== null) step(first);
      } catch (error) {
        fallBack(error);
      }
    }

    function fallBack(error: unknown): void {
      if (second !== null) return;
      second = createSecond(events);
      tell(error);
      try {
        first?.end();
      } catch {
        // It is given up anyway.
      }
      for (const [line, isBusy] of busy.entries()) {
        if (!isBusy) continue;
        events.failed(line, DIALER_BROKE);
        events.idle(line);
      }
    }

    try {
      first = createFirst(
        {
          accepted: unlessBroken(events.accepted),
          failed: unlessBroken(events.failed),
          idle: unlessBroken((line) => {
            busy[line] = false;
            events.idle(line);
          }),
        },
        fallBack,
      );
    } catch (error) {
      fallBack(error);
    }

    return {
      dial(line, address, port) {
        if (second !== null) {
          second.dial(line, address, port);
          return;
        }
        busy[line] = true;
        attempt((dialer) => dialer.dial(line, address, port));
      },
      hangUp(line) {
        if (second !== null) second.hangUp(line);
        else attempt((dialer) => dialer.hangUp(line));
      },
      catchUp() {
        if (second !== null) second.catchUp();
        else attempt((dialer) => dialer.catchUp());
      },
      end() {
        if (second !== null) second.end();
        else attempt((dialer) => dialer.end());
      },
    };
  };
}
