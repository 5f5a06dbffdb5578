import type { CertificateView } from './certificates.ts';
import type { View } from './view.ts';

/** `ending`: less than a third of its lifetime is left, which is when ACME clients renew. */
export type Phase = 'expired' | 'ending' | 'valid' | 'not-yet-valid';

export interface Expiry {
  readonly certificate: CertificateView;
  readonly phase: Phase;
  /** Whole days from the end of the run to the end of the certificate; below 0 when that is past. */
  readonly days: number;
  /** Where its lifetime lies on the scale of the timeline, from 0 to 1, cut off at both ends. */
  readonly from: number;
  readonly to: number;
  readonly endsBeyond: boolean;
}

export interface Timeline {
  readonly entries: readonly Expiry[];
  /** The end of the run on the scale. */
  readonly now: number;
  /** First days of months on the scale. */
  readonly months: readonly { readonly at: number; readonly text: string }[];
}

const DAY = 86_400_000;
const DAYS_BEFORE = 60;
/** A little more than the 398 days that browsers allow a certificate (CA/Browser Forum, until 2026). */
const DAYS_AFTER = 400;

/** Null when the run has no certificates, or no time to hold them against. */
export function timelineOf({ certificates, document }: View): Timeline | null {
  const now = Date.parse(document.finishedAt);
  if (certificates.length === 0 || !Number.isFinite(now)) return null;
  const start = now - DAYS_BEFORE * DAY;
  const scale = (time: number): number => Math.min(Math.max((time - start) / ((DAYS_BEFORE + DAYS_AFTER) * DAY), 0), 1);
  return {
    entries: certificates.map((certificate) => {
      const begin = Date.parse(certificate.notBefore);
      const end = Date.parse(certificate.notAfter);
      return {
        certificate,
        phase: phaseOf(begin, end, now),
        days: Math.floor((end - now) / DAY),
        from: scale(begin),
        to: scale(end),
        endsBeyond: end > now + DAYS_AFTER * DAY,
      };
    }),
    now: scale(now),
    months: monthsBetween(start, now + DAYS_AFTER * DAY).map(({ time, text }) => ({ at: scale(time), text })),
  };
}

function phaseOf(begin: number, end: number, now: number): Phase {
  if (end <= now) return 'expired';
  if (begin > now) return 'not-yet-valid';
  return end - now < (end - begin) / 3 ? 'ending' : 'valid';
}

const NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Every third month, in UTC; a January carries its year. */
function monthsBetween(start: number, end: number): { readonly time: number; readonly text: string }[] {
  const first = new Date(start);
  const months: { time: number; text: string }[] = [];
  for (let month = first.getUTCMonth() + 1; ; month += 1) {
    const time = Date.UTC(first.getUTCFullYear(), month, 1);
    if (time > end) return months;
    const date = new Date(time);
    if (date.getUTCMonth() % 3 !== 0) continue;
    const name = NAMES[date.getUTCMonth()] ?? '';
    months.push({ time, text: date.getUTCMonth() === 0 ? `${name} ${date.getUTCFullYear()}` : name });
  }
}
