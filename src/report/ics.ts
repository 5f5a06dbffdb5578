import type { CertificateView } from './certificates.ts';
import type { Reporter } from './formats.ts';
import { neutralise } from './terminal/neutralise.ts';

/*
 * A calendar of renewals (RFC 5545): for each certificate one entry when a third of its lifetime is left, and one at
 * its expiry. UIDs are made of fingerprints, so that a calendar that imports the file again has each entry once.
 */

export const reportCalendar: Reporter = ({ document, certificates }) => {
  const stamp = utc(Date.parse(document.finishedAt)) ?? '19700101T000000Z';
  const events = certificates.flatMap((certificate) => [
    ...event(certificate, 'renew', renewalTime(certificate), stamp),
    ...event(certificate, 'expiry', Date.parse(certificate.notAfter), stamp),
  ]);
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//postern//certificates//EN',
    'CALSCALE:GREGORIAN',
    ...(events.length > 0 ? events : nothing(stamp)),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
};

/** One third of the lifetime before the end, to the second. */
export function renewalTime({ notBefore, notAfter }: Pick<CertificateView, 'notBefore' | 'notAfter'>): number {
  const [from, to] = [Date.parse(notBefore), Date.parse(notAfter)];
  return Math.round((to - (to - from) / 3) / 1000) * 1000;
}

const HALF_AN_HOUR = 1_800_000;
const MOST_PLACES = 20;

function event(certificate: CertificateView, kind: 'renew' | 'expiry', at: number, stamp: string): string[] {
  const [start, end] = [utc(at), utc(at + HALF_AN_HOUR)];
  if (start === null || end === null) return [];
  const { fingerprint, subject, issuer, serial, names } = certificate;
  const name = names[0] ?? (subject || fingerprint.slice(0, 16));
  const what = kind === 'renew' ? `Renew the certificate of ${name}` : `The certificate of ${name} expires`;
  const about = [
    `Subject: ${subject}`,
    `Issuer: ${issuer}`,
    ...(serial === null ? [] : [`Serial: ${serial}`]),
    `Seen at: ${placesOf(certificate).join(', ')}`,
  ];
  return [
    'BEGIN:VEVENT',
    `UID:${fingerprint.replace(/[^0-9A-Za-z]/g, '')}-${kind}@postern`,
    `DTSTAMP:${stamp}`,
    `DTSTART:${start}`,
    `DTEND:${end}`,
    `SUMMARY:${text(what)}`,
    `DESCRIPTION:${about.map(text).join('\\n')}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ];
}

function placesOf({ shownAt, files }: CertificateView): string[] {
  const places = [...shownAt.map((place) => place.text), ...files];
  if (places.length <= MOST_PLACES) return places;
  return [...places.slice(0, MOST_PLACES), `and ${places.length - MOST_PLACES} more`];
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

/** `20260930T041108Z`, or null when there is no such time or no four digits for its year. */
function utc(at: number): string | null {
  const time = new Date(at);
  if (Number.isNaN(time.getTime()) || time.getUTCFullYear() < 0 || time.getUTCFullYear() > 9999) return null;
  return time.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
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
