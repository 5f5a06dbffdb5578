import type { CertificateRecord } from '../model/certificate.ts';
import type { Reporter } from './formats.ts';

/*
 * A calendar of renewals (RFC 5545): for each certificate one entry when a third of its lifetime is left, and one at
 * its expiry. UIDs are made of fingerprints, so that a calendar that imports the file again has each entry once.
 */

export const reportCalendar: Reporter = ({ document }) => {
  const stamp = compact(document.finishedAt);
  const leaves = (document.certificates ?? []).filter(({ role }) => role === 'leaf');
  const events = leaves.flatMap((record) => [
    event(record, 'renew', new Date(renewalTime(record)).toISOString(), stamp),
    event(record, 'expiry', record.notAfter, stamp),
  ]);
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//postern//certificates//EN',
    'CALSCALE:GREGORIAN',
    ...events.flat(),
    'END:VCALENDAR',
    '',
  ]
    .map(folded)
    .join('\r\n');
};

/** One third of the lifetime before the end. */
export function renewalTime({ notBefore, notAfter }: Pick<CertificateRecord, 'notBefore' | 'notAfter'>): number {
  const [from, to] = [Date.parse(notBefore), Date.parse(notAfter)];
  return Math.round((to - (to - from) / 3) / 1000) * 1000;
}

const MOST_PLACES = 20;

function event(record: CertificateRecord, kind: 'renew' | 'expiry', start: string, stamp: string): string[] {
  const places = [
    ...record.places.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`),
    ...record.files,
  ];
  const name = record.dnsNames[0] ?? record.ipAddresses[0] ?? (record.subject || record.fingerprint.slice(0, 16));
  const what = kind === 'renew' ? `Renew the certificate of ${name}` : `The certificate of ${name} expires`;
  const shown =
    places.length > MOST_PLACES ? [...places.slice(0, MOST_PLACES), `and ${places.length - MOST_PLACES} more`] : places;
  return [
    'BEGIN:VEVENT',
    `UID:${record.fingerprint}-${kind}@postern`,
    `DTSTAMP:${stamp}`,
    `DTSTART:${compact(start)}`,
    `DTEND:${compact(new Date(Date.parse(start) + 1_800_000).toISOString())}`,
    `SUMMARY:${escaped(what)}`,
    `DESCRIPTION:${escaped(`Subject: ${record.subject}\nIssuer: ${record.issuer}\nSerial: ${record.serial}\nSeen at: ${shown.join(', ')}`)}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ];
}

/** `20261121T095022Z` */
function compact(time: string): string {
  return time.replace(/[-:]/g, '').replace(/\.\d+/, '');
}

/** RFC 5545 §3.3.11; other control characters have no place in a calendar. */
function escaped(text: string): string {
  return text
    .replace(/\\/g, '\\\\')
    .replace(/[;,]/g, '\\$&')
    .replace(/\r?\n/g, '\\n')
    .replace(/[\p{Cc}\p{Cf}]/gu, '');
}

/** Lines of at most 75 octets (RFC 5545 §3.1). */
function folded(line: string): string {
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > 73) {
      parts.push(part);
      part = '';
      octets = 0;
    }
    part += character;
    octets += size;
  }
  return [...parts, part].join('\r\n ');
}
