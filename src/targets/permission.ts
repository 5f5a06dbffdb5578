import { UsageError } from '../model/trouble.ts';
import { type AddressRange, parseNetwork } from './cidr.ts';
import { parseExpression } from './expression.ts';
import { quote } from './quote.ts';

/** A public network that the user has put in scope. */
export interface Allowance {
  readonly range: AddressRange;
  readonly text: string;
  readonly where: string;
}

/** What is never dialled because the user said so. */
export type Exclusion =
  | { readonly kind: 'addresses'; readonly range: AddressRange; readonly text: string; readonly where: string }
  | { readonly kind: 'name'; readonly name: string; readonly text: string; readonly where: string };

/** The widest public networks that one option can open. */
const WIDEST_ALLOWANCE = {
  /** 65,536 addresses. */
  4: 16,
  /** One subnet (RFC 4291, section 2.5.4): the smallest block that surely has one owner, as hosters assign it. */
  6: 64,
} as const;

/**
 * Reads one `--allow-public` value: a CIDR, or one address.
 *
 * @throws UsageError when it is neither, or wider than /16 (IPv4) or /64 (IPv6).
 */
export function parseAllowance(text: string, where = '--allow-public'): Allowance {
  const network = parseNetwork(text.trim());
  if (network.status === 'failed') {
    throw new UsageError(`${where}: ${quote(text.trim())} is not a network: expected ${network.expected}`);
  }
  const widest = WIDEST_ALLOWANCE[network.range.family];
  if (network.prefix < widest) {
    throw new UsageError(
      `${where}: ${quote(text.trim())} is too wide: expected an IPv${network.range.family} network of /${widest} or longer; repeat the option for more than one`,
    );
  }
  return { range: network.range, text: text.trim(), where };
}

/**
 * Reads one `--exclude` value: an address, a CIDR of any width, an IPv4 range or a name.
 *
 * @throws UsageError on anything else; ports and URLs are refused, because hosts are excluded whole.
 */
export function parseExclusion(text: string, where = '--exclude'): Exclusion {
  const trimmed = text.trim();
  // A network or an address first: exclusions may be wider than anything that can be swept.
  const network = parseNetwork(trimmed);
  if (network.status === 'ok') return { kind: 'addresses', range: network.range, text: trimmed, where };
  const expression = parseExpression(trimmed, where);
  if (expression.kind === 'url' || expression.ports !== null) {
    throw new UsageError(
      `${where}: ${quote(trimmed)} cannot be excluded: expected a host or network without port and path`,
    );
  }
  if (expression.kind === 'name') return { kind: 'name', name: expression.name, text: trimmed, where };
  const { page, first, last } = expression.run;
  if (page.family === 6) {
    // Only `[fd00::1]` gets here; without its brackets it is an address like any other.
    return parseExclusion(trimmed.replace(/^\[|\]$/g, ''), where);
  }
  return { kind: 'addresses', range: { family: 4, first, last }, text: trimmed, where };
}

/** Reads an `--exclude-file`: one exclusion a line, `#` starts a comment. */
export function parseExclusionList(text: string, where: string): Exclusion[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .map((line, i) => ({ line: line.replace(/(^|\s)#.*$/, '').trim(), at: `${where}:${i + 1}` }))
    .filter(({ line }) => line !== '')
    .map(({ line, at }) => parseExclusion(line, at));
}
