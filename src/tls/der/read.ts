/** One element of DER (ITU-T X.690). */
export interface Element {
  /** The identifier octet; tags above 30 do not occur in certificates. */
  readonly tag: number;
  readonly body: Uint8Array;
  /** With identifier and length. */
  readonly whole: Uint8Array;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The element at the start of `data`, or null when it is not well formed or runs past the end. */
export function readElement(data: Uint8Array): Element | null {
  const tag = data[0];
  const first = data[1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return null;
  let length = first;
  let header = 2;
  if (first & 0x80) {
    const octets = first & 0x7f;
    if (octets === 0 || octets > 4 || data.length < 2 + octets) return null;
    length = 0;
    for (let index = 0; index < octets; index += 1) length = length * 256 + (data[2 + index] ?? 0);
    header = 2 + octets;
  }
  if (header + length > data.length) return null;
  return { tag, body: data.subarray(header, header + length), whole: data.subarray(0, header + length) };
}

/** More elements than this in one list are not read. */
const MAX_ELEMENTS = 20_000;

/** The elements that follow one another in `data`; null when one is not well formed. */
export function readElements(data: Uint8Array): Element[] | null {
  const elements: Element[] = [];
  let rest = data;
  while (rest.length > 0 && elements.length < MAX_ELEMENTS) {
    const element = readElement(rest);
    if (!element) return null;
    elements.push(element);
    rest = rest.subarray(element.whole.length);
  }
  return elements;
}

/** Dotted decimal of an object identifier. */
export function readOid(body: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of body) {
    arc = arc * 128 + (octet & 0x7f);
    if (octet & 0x80) continue;
    if (arcs.length === 0) arcs.push(Math.min(Math.floor(arc / 40), 2), arc - Math.min(Math.floor(arc / 40), 2) * 40);
    else arcs.push(arc);
    arc = 0;
  }
  return arcs.join('.');
}

/** Milliseconds since 1970 of UTCTime or GeneralizedTime (RFC 5280 §4.1.2.5); null when it is neither. */
export function readTime({ tag, body }: Element): number | null {
  const text = new TextDecoder('latin1').decode(body);
  const match =
    tag === TAG.utcTime
      ? /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?Z$/.exec(text)
      : /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?Z$/.exec(text);
  if (!match) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  // Two digits: 50 to 99 are of the last century.
  const full = tag === TAG.utcTime ? (year < 50 ? 2000 + year : 1900 + year) : year;
  const time = Date.UTC(full, month - 1, day, hour, minute, second);
  return Number.isFinite(time) ? time : null;
}

/** Bits set in a BIT STRING, by position. */
export function readBits(body: Uint8Array): number[] {
  const set: number[] = [];
  for (let bit = 0; bit < (body.length - 1) * 8; bit += 1)
    if ((body[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) set.push(bit);
  return set;
}
