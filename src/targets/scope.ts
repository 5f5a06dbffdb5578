import type { AdmittedTarget, Reach } from '../model/target.ts';
import { UsageError } from '../model/trouble.ts';
import { formatAddress, type Page, type Point, parseAddress } from './address.ts';
import { type AddressRange, rangeOfPoint } from './cidr.ts';
import { parseName } from './host.ts';
import { type Allowance, type Exclusion, parseAllowance } from './permission.ts';
import { HIGHEST_PORT } from './ports.ts';
import { quote } from './quote.ts';
import { type Refusal, type Ruling, rule, verdictAt } from './ruling.ts';
import { isIsatap, SPECIAL_RANGES, type Standing } from './special-addresses.ts';
import { type WideRanges, wideRanges } from './wide-ranges.ts';

/** A place somebody would like to dial. */
export interface Candidate extends Pick<AdmittedTarget, 'port' | 'scheme' | 'serverName'> {
  /** The address itself when left out. */
  readonly host?: string;
  readonly address: Point | string;
  readonly basePath?: string;
}

type Admission =
  | { readonly status: 'admitted'; readonly target: AdmittedTarget }
  | { readonly status: 'refused'; readonly reason: Refusal; readonly detail: string };

export interface Scope {
  /** The only maker of an {@link AdmittedTarget}. */
  admit(candidate: Candidate): Admission;
  /** The verdict on every address of a page. */
  ruling(page: Page): Ruling;
  excludesName(name: string): boolean;
}

export interface ScopeOptions {
  /** Values of `--allow-public`: CIDRs or addresses. */
  readonly allowPublic?: readonly string[];
  readonly exclude?: readonly Exclusion[];
  /** Addresses of the names in `exclude`. */
  readonly resolved?: ReadonlyMap<string, readonly string[]>;
}

const STANDINGS = wideByStanding();

/**
 * What may be dialled: loopback, private, link-local, shared (RFC 6598) and unique local addresses, and public ones
 * inside an allowance. Never: exclusions, metadata services, addresses that are not one host, and IPv6 addresses that
 * carry an IPv4 address. An excluded name excludes its addresses too.
 *
 * A NAT64 prefix that an operator chose from its own network (RFC 6052, section 2.2) cannot be told from other addresses.
 *
 * @throws UsageError on an allowance that is too wide or would open nothing, and on an excluded name without address: what cannot be
 *   kept out of a range must not pass for excluded.
 */
export function createScope({ allowPublic = [], exclude = [], resolved = new Map() }: ScopeOptions): Scope {
  const allowances = allowPublic.map((text) => parseAllowance(text));
  const allowed = wideRanges(allowances.map(({ range }) => range));
  const excluded = wideRanges(exclude.flatMap((exclusion) => rangesOf(exclusion, resolved)));
  const names = new Set(exclude.flatMap((exclusion) => (exclusion.kind === 'name' ? [exclusion.name] : [])));
  const rulings = new Map<string, Ruling>();
  allowances.forEach(assertOpens);

  function ruling(page: Page): Ruling {
    const known = rulings.get(page.key);
    if (known) return known;
    const made = rulingOf(page, allowed, excluded);
    rulings.set(page.key, made);
    return made;
  }

  return {
    ruling,
    excludesName: (name) => names.has(name.toLowerCase()),
    admit({ host, address, port, scheme, basePath = '', serverName }) {
      const point = typeof address === 'string' ? parseAddress(address) : address;
      if (!point) return refused('reserved', `${quote(String(address))} is not an address`);
      if (!Number.isInteger(port) || port < 1 || port > HIGHEST_PORT)
        return refused('reserved', `${port} is not a port`);
      const verdict = verdictAt(ruling(point.page), point.offset);
      if (verdict !== 'admitted') return refused(verdict, describeRefusal(verdict, point));
      if (host !== undefined && names.has(host.toLowerCase())) return refused('excluded', `${host} is excluded`);
      const text = formatAddress(point.page, point.offset);
      const target = { host: host ?? text, address: text, port, basePath };
      if (scheme === undefined && serverName === undefined)
        return { status: 'admitted', target: target as AdmittedTarget };
      const given = { ...(scheme && { scheme }), ...(serverName && { serverName }) };
      return { status: 'admitted', target: { ...target, ...given } as AdmittedTarget };
    },
  };
}

/**
 * The same place asked for under another name (SNI and the Host header).
 *
 * @throws UsageError when the name is none.
 */
export function withServerName(target: AdmittedTarget, serverName: string): AdmittedTarget {
  const reading = parseName(serverName);
  if (reading.kind === 'name') return { ...target, serverName: reading.name };
  throw new UsageError(`${quote(serverName)} is not a server name: expected a host name such as ai.lan`);
}

/** How far away an address is, from its number alone; `unknown` for what is no address of one host. */
export function reachOf(address: string): Extract<Reach, 'loopback' | 'lan' | 'public' | 'unknown'> {
  const point = parseAddress(address);
  if (!point || holds(STANDINGS.reserved, point)) return 'unknown';
  if (holds(STANDINGS.loopback, point)) return 'loopback';
  return holds(STANDINGS.local, point) ? 'lan' : 'public';
}

/** Why an address is refused, as the end of a sentence that starts with it. */
export function describeRefusal(refusal: Refusal, point: Point): string {
  const text = formatAddress(point.page, point.offset);
  const name = SPECIAL_RANGES.find(
    ({ range, standing }) => standing === refusal && holds(wideRanges([range]), point),
  )?.name;
  const sentences: Record<Refusal, string> = {
    excluded: `${text} is excluded`,
    metadata: `${text} is never dialled (${name})`,
    reserved: `${text} is not the address of a host (${name})`,
    transition: `${text} carries an IPv4 address inside (${name ?? 'ISATAP'}) and is never dialled; give the IPv4 address itself`,
    public: `${text} is public: public addresses need --allow-public with a CIDR that holds them`,
  };
  return sentences[refusal];
}

function refused(reason: Refusal, detail: string): Admission {
  return { status: 'refused', reason, detail };
}

function rulingOf(page: Page, allowed: WideRanges, excluded: WideRanges): Ruling {
  if (page.family === 6 && isIsatap(page.groups)) return { starts: [0], verdicts: ['transition'] };
  return rule(page.lastOffset, [
    { verdict: 'admitted', intervals: allowed.on(page) },
    { verdict: 'transition', intervals: STANDINGS.transition.on(page) },
    { verdict: 'admitted', intervals: STANDINGS.loopback.on(page) },
    { verdict: 'admitted', intervals: STANDINGS.local.on(page) },
    { verdict: 'excluded', intervals: excluded.on(page) },
    { verdict: 'reserved', intervals: STANDINGS.reserved.on(page) },
    { verdict: 'metadata', intervals: STANDINGS.metadata.on(page) },
  ]);
}

function wideByStanding(): Readonly<Record<Standing, WideRanges>> {
  const of = (standing: Standing) =>
    wideRanges(SPECIAL_RANGES.filter((special) => special.standing === standing).map(({ range }) => range));
  return {
    loopback: of('loopback'),
    local: of('local'),
    metadata: of('metadata'),
    reserved: of('reserved'),
    transition: of('transition'),
  };
}

function holds(ranges: WideRanges, { page, offset }: Point): boolean {
  return ranges.on(page).some(({ first, last }) => first <= offset && offset <= last);
}

function rangesOf(exclusion: Exclusion, resolved: ReadonlyMap<string, readonly string[]>): AddressRange[] {
  if (exclusion.kind === 'addresses') return [exclusion.range];
  const points = (resolved.get(exclusion.name) ?? []).map(parseAddress).filter((point) => point !== null);
  if (points.length > 0) return points.map(rangeOfPoint);
  throw new UsageError(
    `${exclusion.where}: ${quote(exclusion.text)} does not resolve, so its addresses cannot be kept out: expected a name with an address, or the address itself`,
  );
}

function assertOpens({ range, text, where }: Allowance): void {
  const around = SPECIAL_RANGES.filter(
    (special) =>
      special.range.family === range.family && special.range.first <= range.first && range.last <= special.range.last,
  );
  const never = around.find(({ standing }) => standing !== 'loopback' && standing !== 'local');
  // `::1` also lies in the deprecated IPv4-compatible range.
  if (!never || around.some(({ standing }) => standing === 'loopback')) return;
  throw new UsageError(`${where}: ${quote(text)} is never dialled (${never.name}): expected a public network`);
}
