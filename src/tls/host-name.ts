import type { Certificate } from '../model/certificate.ts';
import { addressText } from './der/names.ts';

/**
 * Whether a certificate covers the name or address a client dials (RFC 9525 §6). Only subjectAltName counts; a
 * wildcard stands for exactly one leftmost label, with two more behind it: OpenSSL takes no `*.lan`.
 */
export function covers(certificate: Pick<Certificate, 'dnsNames' | 'ipAddresses'>, host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^\[|\]$/g, '');
  if (isAddress(name)) return certificate.ipAddresses.includes(canonicalAddress(name));
  return certificate.dnsNames.some((pattern) => matches(pattern.toLowerCase().replace(/\.$/, ''), name));
}

function matches(pattern: string, name: string): boolean {
  if (!pattern.startsWith('*.')) return pattern === name;
  const dot = name.indexOf('.');
  return dot > 0 && name.slice(dot) === pattern.slice(1) && pattern.indexOf('.', 2) > 0;
}

export function canonicalAddress(text: string): string {
  if (!text.includes(':')) return text;
  const octets = ipv6Octets(text);
  return (octets && addressText(octets)) ?? text;
}

function ipv6Octets(text: string): Uint8Array | null {
  const plain = text.replace(/%.*$/, '');
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(plain);
  const hexadecimal = dotted
    ? `${dotted[1]}${(Number(dotted[2]) * 256 + Number(dotted[3])).toString(16)}:${(Number(dotted[4]) * 256 + Number(dotted[5])).toString(16)}`
    : plain;
  const [front = '', back] = hexadecimal.split('::');
  const head = front === '' ? [] : front.split(':');
  const tail = back === undefined || back === '' ? [] : back.split(':');
  const zeros = back === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array.from({ length: Math.max(zeros, 0) }, () => '0'), ...tail].map((group) =>
    Number.parseInt(group, 16),
  );
  return groups.length === 8 ? Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff])) : null;
}

/** Whether a host is written as an address. */
export function isAddress(host: string): boolean {
  return host.includes(':') || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
}
