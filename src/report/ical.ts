import type { CertificateView } from './certificates.ts';
import type { Reporter } from './formats.ts';
import { neutralise } from './terminal/neutralise.ts';

/** Days before the end at which calendars remind: time to renew, then time to hurry. */
const REMINDERS = [21, 7, 1];

/** RFC 5545: an event where each certificate ends, with reminders. UIDs are stable, so that a new run updates them. */
export const reportIcal: Reporter = ({ document, certificates }) => {
  const stamp = utc(document.finishedAt) ?? '19700101T000000Z';
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:-//postern//postern ${text(document.tool.version)}//EN`,
    'CALSCALE:GREGORIAN',
    'X-WR-CALNAME:Certificates seen by postern',
    ...(certificates.length > 0 ? certificates.flatMap((item) => event(item, stamp)) : nothing(stamp)),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
};

function event({ certificate, places }: CertificateView, stamp: string): string[] {
  const { subject, issuer, names, fingerprint, notAfter } = certificate;
  const end = utc(notAfter);
  if (end === null) return [];
  const what = `Certificate ends: ${places[0]}${places.length > 1 ? ` and ${places.length - 1} more` : ''}`;
  return [
    'BEGIN:VEVENT',
    `UID:${fingerprint.replace(/[^0-9A-Za-z]/g, '')}@postern`,
    `DTSTAMP:${stamp}`,
    `DTSTART:${end}`,
    `SUMMARY:${text(what)}`,
    `DESCRIPTION:${[`Subject: ${subject}`, `Issuer: ${issuer}`, `Names: ${names.join(', ')}`, `Seen at: ${places.join(', ')}`, `SHA-256: ${fingerprint}`].map(text).join('\\n')}`,
    'TRANSP:TRANSPARENT',
    'CATEGORIES:Certificates',
    ...REMINDERS.flatMap((days) => [
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      `DESCRIPTION:${text(what)}`,
      `TRIGGER:-P${days}D`,
      'END:VALARM',
    ]),
    'END:VEVENT',
  ];
}

/** A calendar must hold at least one component (RFC 5545 §3.6). */
function nothing(stamp: string): string[] {
  return [
    'BEGIN:VJOURNAL',
    'UID:no-certificates@postern',
    `DTSTAMP:${stamp}`,
    'SUMMARY:No certificates were seen',
    'END:VJOURNAL',
  ];
}

/** TEXT (RFC 5545 §3.3.11); line breaks of a peer are spelled out before. */
function text(value: string): string {
  return neutralise(value).replace(/[\\;,]/g, '\\$&');
}

/** `20260930T041108Z`, or null when the time is none. */
function utc(time: string): string | null {
  const at = new Date(time);
  if (Number.isNaN(at.getTime()) || at.getUTCFullYear() < 0 || at.getUTCFullYear() > 9999) return null;
  return at.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
}

const OCTETS = 75;

/** Lines of at most 75 octets, the break never inside a character (RFC 5545 §3.1). */
function folded(line: string): string {
  const lines: string[] = [];
  let current = '';
  let size = 0;
  for (const character of line) {
    const octets = Buffer.byteLength(character);
    if (size + octets > OCTETS) {
      lines.push(current);
      current = ' ';
      size = 1;
    }
    current += character;
    size += octets;
  }
  return [...lines, current].join('\r\n');
}
