import { OPERATION_CLASSES, type OverallState } from '../../model/auth.ts';
import type { Confidence, Endpoint } from '../../model/endpoint.ts';
import type { TlsSummary } from '../../model/exchange.ts';
import { cellSpan, SEVERITY_STYLES, type Span, type Style } from '../terminal/span.ts';
import type { EndpointView } from '../view.ts';
import type { Page } from './page.ts';

/** What stands in one cell: paragraphs, each to be wrapped on its own. */
export type Cell = readonly (readonly Span[])[];

export function hostCell({ endpoint }: EndpointView): Cell {
  const { host, address } = endpoint;
  const main = [cellSpan(host ?? address ?? '?')];
  return host !== null && address !== null && host !== address ? [main, [cellSpan(address, 'faint')]] : [main];
}

export function portCell({ endpoint }: EndpointView): Cell {
  return [[cellSpan(endpoint.port === null ? '–' : String(endpoint.port))]];
}

const DOUBT = { high: '', medium: ' (likely)', low: ' (a guess)' } as const satisfies Record<Confidence, string>;

export function serviceCell({ endpoint }: EndpointView): Cell {
  const { service, speech, basePath, intermediaries } = endpoint;
  const lines: Span[][] = [];
  if (service) {
    const version = service.version === null ? '' : ` ${service.version}`;
    lines.push([
      cellSpan(service.name, 'strong', 60),
      cellSpan(version, 'plain', 40),
      cellSpan(DOUBT[service.confidence], 'faint'),
    ]);
  } else {
    lines.push([cellSpan(speech === 'http' ? 'unrecognised' : 'not HTTP', 'faint')]);
  }
  if (basePath !== '') lines.push([cellSpan(`at ${basePath}`, 'faint', 60)]);
  if (intermediaries.length > 0) lines.push([cellSpan(`behind ${intermediaries.join(', ')}`, 'faint', 60)]);
  return lines;
}

export function transportCell({ endpoint }: EndpointView): Cell {
  if (endpoint.transport === 'plaintext') return [[cellSpan('plaintext', 'warn')]];
  const distrust = endpoint.tls ? distrustOf(endpoint.tls) : null;
  return distrust === null ? [[cellSpan('tls')]] : [[cellSpan('tls')], [cellSpan(distrust, 'warn')]];
}

/** Node's verification errors (https://nodejs.org/api/tls.html#x509-certificate-error-codes), in two words. */
const DISTRUST: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'not yet valid'],
  ['CERT_REVOKED', 'revoked'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'private CA'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'unknown CA'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unknown CA'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unknown CA'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'wrong name'],
]);

function distrustOf({ trustError }: TlsSummary): string | null {
  return trustError === null ? null : (DISTRUST.get(trustError) ?? 'not trusted');
}

const AUTH_STYLES = {
  open: 'bad',
  partial: 'warn',
  guarded: 'good',
  unknown: 'note',
} as const satisfies Record<OverallState, Style>;

export function authCell({ endpoint, unknownBecause }: EndpointView, { wide }: Page): Cell {
  const { overall } = endpoint.auth;
  const verdict = cellSpan(overall, AUTH_STYLES[overall]);
  const details = overall === 'unknown' ? unknownBecause.slice(0, 1) : authDetails(endpoint);
  if (details.length === 0) return [[verdict]];
  if (wide) return [[verdict, cellSpan(`: ${details.join(', ')}`, 'faint', 80)]];
  return [[verdict], ...details.map((detail) => [cellSpan(detail, 'faint', 40)])];
}

function authDetails({ auth }: Endpoint): string[] {
  if (auth.overall === 'guarded') return auth.schemes.length > 0 ? [auth.schemes.join(', ')] : [];
  if (auth.overall === 'open') return [];
  return OPERATION_CLASSES.filter((kind) => kind !== 'identity' && auth.operations[kind] !== 'absent').map(
    (kind) => `${kind} ${auth.operations[kind]}`,
  );
}

export function worstCell({ worst, more }: EndpointView, { wide }: Page): Cell {
  if (worst === null) return [[cellSpan('–', 'faint')]];
  const severity = cellSpan(worst.severity, SEVERITY_STYLES[worst.severity]);
  const rule = wide ? [cellSpan(` ${worst.rule}`)] : [];
  const rest = more > 0 ? [cellSpan(` +${more}`, 'faint')] : [];
  return [[severity, ...rule, ...rest]];
}
