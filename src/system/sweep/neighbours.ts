import { readFileSync } from 'node:fs';

/** Tells whether the kernel had to drop packets because its table of neighbours (ARP, NDP) was full. */
export interface NeighbourWatch {
  /** How often that happened since the machine started; null where the kernel does not tell. */
  overflows(): number | null;
}

/*
 * A SYN that finds no room in the table is dropped in silence: connect() reports nothing (measured on Linux 6.18;
 * net/ipv4/tcp_output.c tcp_connect ignores every error but ECONNREFUSED). The kernel's counters are the only
 * trace. These files are not shown inside a network namespace of one's own (containers), where the native engine asks
 * the kernel another way (native/neighbour-tables.ts).
 */
const COUNTERS = ['/proc/net/stat/arp_cache', '/proc/net/stat/ndisc_cache'];

export function createNeighbourWatch(): NeighbourWatch {
  return {
    overflows() {
      const texts = COUNTERS.map(readOrNull).filter((text) => text !== null);
      return texts.length === 0 ? null : texts.map(tableFulls).reduce((sum, count) => sum + count, 0);
    },
  };
}

/** Sum of the column `table_fulls` (hexadecimal, one row for each processor). */
export function tableFulls(text: string): number {
  const [head = '', ...rows] = text.trim().split('\n');
  const column = head.trim().split(/\s+/).indexOf('table_fulls');
  if (column < 0) return 0;

  return rows.reduce((sum, row) => sum + Number.parseInt(row.trim().split(/\s+/)[column] ?? '0', 16), 0);
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}

const POLL_MS = 250;

/** Which moments fell into a time of overflow. */
export interface OverflowLog {
  /** Looks at the counters if it is time to; returns whether the table overflowed since the last look. */
  poll(nowMs: number): boolean;
  covers(momentMs: number): boolean;
}

export function createOverflowLog(watch: NeighbourWatch, nowMs: number): OverflowLog {
  let seen = watch.overflows();
  let polledAt = nowMs;
  let from = Number.POSITIVE_INFINITY;
  let until = Number.NEGATIVE_INFINITY;

  return {
    poll(now) {
      if (seen === null || now - polledAt < POLL_MS) return false;
      const count = watch.overflows() ?? seen;
      const grew = count > seen;
      if (grew && until < polledAt) from = polledAt;
      if (grew) until = now;
      seen = count;
      polledAt = now;
      return grew;
    },
    covers: (moment) => moment >= from && moment <= until,
  };
}
