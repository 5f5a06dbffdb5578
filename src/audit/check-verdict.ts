import type { Endpoint } from '../model/endpoint.ts';
import type { Finding } from '../model/finding.ts';
import type { Exposure, HostVerdict } from '../model/host.ts';
import { placeText } from './place-text.ts';

/** Ready, not ready, or not known; with what to do, most urgent first. */
export function verdictOf(
  findings: readonly Finding[],
  exposures: readonly Exposure[],
  endpoints: readonly Endpoint[],
  asked: boolean,
): HostVerdict {
  const active = findings.filter(({ state }) => state === 'active');
  if (active.length > 0) return { state: 'not-ready', steps: stepsOf(active, exposures) };
  const exposed = exposures.filter(({ reach }) => reach !== 'loopback');
  const doubtful = exposed.filter(
    ({ port }) => !endpoints.some((one) => one.port === port && one.service && one.auth.overall !== 'unknown'),
  );
  if (asked && doubtful.length === 0) return { state: 'ready', steps: [] };
  const steps = doubtful.map(
    ({ service, port }) =>
      `Find out whether ${service.name} on port ${port} asks for credentials: it could not be judged.`,
  );
  if (!asked) steps.unshift('Run without --no-probe: nothing was asked, so what answers is not known.');
  return { state: 'undecided', steps };
}

/** What each finding asks for, once for each place, under the name of the service. */
function stepsOf(findings: readonly Finding[], exposures: readonly Exposure[]): string[] {
  const steps = findings.map(({ location, fix, rule }) => {
    const name =
      location.port !== undefined ? exposures.find(({ port }) => port === location.port)?.service.name : null;
    const where = name ? `${name} at ${placeText(location)}` : placeText(location);
    return `${where}: ${fix.split('\n')[0]} (${rule})`;
  });
  return [...new Set(steps)];
}
