import type { Certificate, TrustFacts, TrustState } from '../model/certificate.ts';
import type { Path } from './chain.ts';
import { covers, isAddress } from './host-name.ts';

export interface TrustQuestion {
  /** What clients dial; null for a file that no one dials. */
  readonly name: string | null;
  /** `sha256/…` of keys the user vouches for. */
  readonly pins: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Every trust state that holds for a path, and why. */
export function judgeTrust(path: Path, { name, pins, now }: TrustQuestion): TrustFacts {
  const chain = path.certificates.map(({ facts }) => facts);
  const leaf = chain[0];
  if (!leaf)
    return {
      states: ['unknown'],
      anchor: null,
      name,
      nameCovered: 'unknown',
      pin: 'none',
      reasons: ['no certificate was read'],
    };

  const states: TrustState[] = [];
  const reasons: string[] = [];
  const pin =
    pins.length === 0 ? 'none' : chain.some((certificate) => pins.includes(certificate.pin)) ? 'match' : 'mismatch';
  if (pin === 'match') states.push('pinned');
  if (pin === 'mismatch') reasons.push('none of the given pins is the key of a certificate in the path');

  if (path.anchor?.kind === 'own') states.push('your-ca');
  else if (path.anchor?.kind === 'public') states.push('public');
  else if (leaf.selfSigned) states.push('self-signed');
  else if (path.unchecked) {
    if (pin !== 'match') states.push('unknown');
    reasons.push(
      `this Node cannot check a signature with ${chain.at(-1)?.signature}, so who issued it is not proven (Node 24 can)`,
    );
  } else if (pin !== 'match') {
    states.push('unknown-ca');
    reasons.push(
      `no trusted authority is named '${chain.at(-1)?.issuer}': either it is missing from the trusted ones, or an intermediate certificate is not sent`,
    );
  }

  const expired = chain.find(({ notAfter }) => Date.parse(notAfter) < now);
  const outdated: string[] = [];
  if (expired) {
    states.push('expired');
    reasons.push(`${which(expired, leaf)} expired on ${day(expired.notAfter)}`);
    if (expired !== leaf) outdated.push(reasons.at(-1) ?? '');
  }
  const early = chain.find(({ notBefore }) => Date.parse(notBefore) > now);
  if (early) {
    states.push('not-yet-valid');
    reasons.push(`${which(early, leaf)} is not valid before ${day(early.notBefore)}`);
    if (early !== leaf) outdated.push(reasons.at(-1) ?? '');
  }
  const nameCovered = name === null ? 'unknown' : covers(leaf, name);
  if (nameCovered === false) {
    states.push('name-mismatch');
    reasons.push(mismatch(leaf, name ?? ''));
  }
  return {
    states,
    anchor: path.anchor?.certificate.facts.subject ?? null,
    name,
    nameCovered,
    pin,
    ...(outdated.length > 0 ? { authorityOutdated: outdated.join(', ') } : {}),
    reasons,
  };
}

function which(certificate: Certificate, leaf: Certificate): string {
  return certificate === leaf ? 'the certificate' : `the authority '${certificate.subject}'`;
}

function day(time: string): string {
  return time.slice(0, 10);
}

const NAMES_SHOWN = 5;

export function mismatch(leaf: Certificate, name: string): string {
  const names = [...leaf.dnsNames, ...leaf.ipAddresses];
  if (names.length === 0) return `the certificate has no subjectAltName, so it covers no name; '${name}' was asked for`;
  if (leaf.dnsNames.includes(name) && isAddress(name))
    return `the certificate has '${name}' as a DNS name, which does not count for an address`;
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
  return `the certificate does not cover '${name}', only ${names.slice(0, NAMES_SHOWN).join(', ')}${more}`;
}
