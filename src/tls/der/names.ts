import { type Element, readElements, readOid, TAG } from './read.ts';

/** Attribute types with a short name (RFC 4514 §3 and common use). */
const SHORT: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

const MAX_VALUE = 256;

/** A distinguished name as `CN=a, O=b`, in the order written; `` when it is empty. */
export function distinguishedName(body: Uint8Array): string {
  return attributes(body)
    .map(([type, value]) => `${type}=${value}`)
    .join(', ');
}

/** The last common name, or null. */
export function commonName(body: Uint8Array): string | null {
  return attributes(body).findLast(([type]) => type === 'CN')?.[1] ?? null;
}

function attributes(body: Uint8Array): [type: string, value: string][] {
  const sets = readElements(body) ?? [];
  return sets.flatMap((set) => (readElements(set.body) ?? []).flatMap((pair) => attribute(pair)));
}

function attribute(pair: Element): [string, string][] {
  const [type, value] = readElements(pair.body) ?? [];
  if (type?.tag !== TAG.oid || !value) return [];
  const oid = readOid(type.body);
  return [[SHORT[oid] ?? oid, text(value).slice(0, MAX_VALUE)]];
}

const UTF8_STRING = 0x0c;
const BMP_STRING = 0x1e;

function text({ tag, body }: Element): string {
  if (tag === UTF8_STRING) return new TextDecoder().decode(body);
  if (tag === BMP_STRING) return new TextDecoder('utf-16be').decode(body);
  return new TextDecoder('latin1').decode(body);
}

export interface AlternativeNames {
  readonly dns: readonly string[];
  /** Canonical text. */
  readonly ip: readonly string[];
  /** URIs, mail addresses and the rest, with their kind. */
  readonly other: readonly string[];
}

const DNS = 0x82;
const IP = 0x87;
const OTHERS: Readonly<Record<number, string>> = { 129: 'email', 134: 'uri' };

/** GeneralNames of subjectAltName (RFC 5280 §4.2.1.6). */
export function alternativeNames(body: Uint8Array): AlternativeNames {
  const names = readElements(body) ?? [];
  const latin = (data: Uint8Array): string => new TextDecoder('latin1').decode(data).slice(0, MAX_VALUE);
  return {
    dns: names.filter(({ tag }) => tag === DNS).map((name) => latin(name.body).toLowerCase()),
    ip: names.filter(({ tag }) => tag === IP).flatMap((name) => addressText(name.body) ?? []),
    other: names.flatMap(({ tag, body: value }) => (OTHERS[tag] ? [`${OTHERS[tag]}:${latin(value)}`] : [])),
  };
}

/** Canonical text of 4 or 16 octets (RFC 5952); null for another length. */
export function addressText(octets: Uint8Array): string | null {
  if (octets.length === 4) return octets.join('.');
  if (octets.length !== 16) return null;
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((octets[index * 2] ?? 0) * 256 + (octets[index * 2 + 1] ?? 0)).toString(16),
  );
  const runs = groups.map((_, start) => {
    let length = 0;
    while (groups[start + length] === '0') length += 1;
    return { start, length };
  });
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), { start: 0, length: 1 });
  if (longest.length < 2) return groups.join(':');
  return `${groups.slice(0, longest.start).join(':')}::${groups.slice(longest.start + longest.length).join(':')}`;
}
